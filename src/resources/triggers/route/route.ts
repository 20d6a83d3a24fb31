// A route of an HTTP API that calls a function: known by its key, since its id is random.
import type { Integration, RouteSettings } from '@aws-sdk/client-apigatewayv2';
import type { Aws } from '../../../aws/aws.ts';
import { routeInArn, routeParts } from '../../../config/apis/route-key.ts';
import type { Qualifier } from '../../../config/qualifiers.ts';
import type { Change, Elsewhere, Resource } from '../../../engine/resource.ts';
import type { RouteApi } from '../../apis/apis.ts';
import type { ApiParts } from '../../apis/calls.ts';
import { apiCalls } from '../../apis/http-api.ts';
import { calledBy, integrationIn } from '../../apis/integrations.ts';
import type { ApiRoute } from '../../apis/live.ts';
import { stageName } from '../../apis/stage.ts';
import type { CallerName } from '../../callers/caller.ts';
import type { FunctionResource } from '../../function/function-resource.ts';
import { functionIn } from '../binding/own-binding.ts';
import { Trigger } from '../trigger.ts';

export const partCalls = () => import('../../apis/part-calls.ts');

export interface LiveRoute {
  readonly apiId: string;
  readonly route: ApiRoute;
  /** undefined: the route calls nothing. */
  readonly integration?: Integration;
  /** Of the stage `$default`. */
  readonly settings?: RouteSettings;
  /** Names of the stages that have settings for the route. */
  readonly stages: readonly string[];
}

export interface RouteOptions {
  api: RouteApi;
  /** `GET /users/{id}` */
  key: string;
  /** Id of an API that somebody else made; undefined: the project's own. */
  existing?: string;
  qualifier: Qualifier;
  needs?: readonly Resource[];
}

/** The route with this key, whatever it calls. */
export function routeIn(parts: ApiParts, apiId: string, key: string): LiveRoute | undefined {
  const route = parts.routes.find(({ RouteKey }) => RouteKey === key);
  if (!route) return undefined;
  const target = integrationIn(route);
  const stages = parts.stages.filter(({ RouteSettings = {} }) => key in RouteSettings);
  return {
    ...{ apiId, route },
    integration: parts.integrations.find(({ IntegrationId }) => IntegrationId === target),
    settings: parts.stages.find(({ StageName }) => StageName === stageName)?.RouteSettings?.[key],
    stages: stages.map(({ StageName = '' }) => StageName),
  };
}

/** ARN of the function, or of its alias, that the route calls. */
export function targetOf({ integration }: LiveRoute): string | undefined {
  return integration && calledBy(integration);
}

export class RouteResource extends Trigger<LiveRoute> {
  readonly kind = 'http trigger';
  readonly key: string;
  readonly api: RouteApi;
  /** Of a declared one: the plan then lists only an API of another owner, and not its routes. */
  readonly ownedWith: Resource | undefined = undefined;

  constructor(
    aws: Aws,
    host: FunctionResource,
    { api, key, existing, needs = [], ...options }: RouteOptions,
  ) {
    const own = api.own ? [api.own.resource] : [];
    const from = existing === undefined ? key : `${key} of ${existing}`;
    super(aws, host, { ...options, from, needs: [...own, ...needs] });
    this.api = api;
    this.key = key;
  }

  async read(): Promise<LiveRoute | undefined> {
    const live = await this.find();
    return live && this.isCalled(live) ? live : undefined;
  }

  /** The route, whatever it calls. */
  protected async find(): Promise<LiveRoute | undefined> {
    const id = await this.api.knownId();
    if (id === undefined) return undefined;
    const { readParts } = await apiCalls();
    const parts = await readParts(this.aws, id);
    return parts && routeIn(parts, id, this.key);
  }

  protected isCalled(live: LiveRoute): boolean {
    return functionIn(targetOf(live) ?? '') === this.boundTo.name;
  }

  override foreign(live?: LiveRoute): string | undefined {
    const { own } = this.api;
    return super.foreign(live) ?? (own?.resource.foreignReason && 'the API belongs to another owner');
  }

  override createdElsewhere(): Elsewhere | undefined {
    return super.createdElsewhere() ?? this.api.own?.resource.foundElsewhere;
  }

  fields({ apiId, route, integration }: LiveRoute): Record<string, unknown> {
    const { AuthorizationType, AuthorizerId, AuthorizationScopes, OperationName } = route;
    const iam = AuthorizationType === 'AWS_IAM';
    const { PayloadFormatVersion, TimeoutInMillis, CredentialsArn } = integration ?? {};
    const { RequestParameters, ResponseParameters } = integration ?? {};
    return {
      Triggers: [
        {
          Http: {
            Route: this.key,
            Api: apiId,
            Authorizer: iam ? 'iam' : undefined,
            AuthorizationType: AuthorizerId ? AuthorizationType : undefined,
            ...{ AuthorizerId, AuthorizationScopes, OperationName, CredentialsArn },
            PayloadFormatVersion: PayloadFormatVersion === '2.0' ? undefined : PayloadFormatVersion,
            TimeoutInMillis: TimeoutInMillis === 30_000 ? undefined : TimeoutInMillis,
            ...{ RequestParameters, ResponseParameters },
          },
          Qualifier: this.qualifier,
        },
      ],
    };
  }

  override callers(): CallerName[] {
    return [{ kind: 'API', name: `${this.api.arn}/*/${routeInArn(this.key)}` }];
  }

  override get binding(): string {
    return `${this.kind} ${this.api.arn} ${this.key} to ${this.target}`;
  }

  /** The address of its requests; parameters stand in it as in the key. */
  address({ route }: LiveRoute): string {
    const { own, endpoint = '' } = this.api;
    const path = routeParts(route.RouteKey ?? this.key)?.path ?? '/';
    return `${own?.address ?? endpoint}${path}`;
  }

  removal(live: LiveRoute): Change[] {
    return [
      { path: 'RouteKey', from: this.key, to: undefined },
      { path: 'Integration.IntegrationUri', from: targetOf(live), to: undefined },
    ];
  }

  /** The integration goes with the last route that uses it. */
  async remove(): Promise<void> {
    const { freshParts } = await apiCalls();
    const { deleteRoute, deleteRouteSettings } = await partCalls();
    const id = await this.api.knownId();
    const parts = id === undefined ? undefined : await freshParts(this.aws, id);
    const live = parts && routeIn(parts, id as string, this.key);
    if (!live || !this.isCalled(live)) return;
    for (const stage of live.stages) {
      await deleteRouteSettings(this.aws, live.apiId, stage, this.key);
    }
    await deleteRoute(this.aws, live.apiId, live.route.RouteId as string);
    await this.api.integrations.release(this.boundTo.name, live.integration);
  }
}
