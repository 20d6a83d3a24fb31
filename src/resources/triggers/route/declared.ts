// A route of slsctl.yml: the route, its integration and its limits are compared and changed in place.

import type { Aws } from '../../../aws/aws.ts';
import { iamAuthorizer } from '../../../config/apis/api.ts';
import type { HttpRoute } from '../../../config/apis/routes.ts';
import type { Change, DeclaredResource, Owner, Report, Resource } from '../../../engine/resource.ts';
import { ExistingApi } from '../../apis/apis.ts';
import { apiCalls } from '../../apis/http-api.ts';
import { type IntegrationSettings, isMarkedFor, sameSettings, settingsIn } from '../../apis/integrations.ts';
import type { ApiRoute } from '../../apis/live.ts';
import { stageName } from '../../apis/stage.ts';
import { differences, sameJson } from '../../compare.ts';
import type { DeclaredFunction } from '../../function/function.ts';
import { FunctionResource } from '../../function/function-resource.ts';
import { functionIn } from '../binding/own-binding.ts';
import { type Checked, entryProblems, type Found, type TriggerProblem } from '../problem.ts';
import { type LiveRoute, partCalls, type RouteOptions, RouteResource, targetOf } from './route.ts';

export interface DeclaredRouteOptions extends RouteOptions {
  declared: HttpRoute;
  owner: Owner;
  /** Of the function in slsctl.yml. */
  functionKey: string;
  /** Its place in the list of triggers. */
  index: number;
}

interface Authorization {
  AuthorizationType: NonNullable<ApiRoute['AuthorizationType']>;
  AuthorizerId: string | undefined;
}

export class DeclaredRoute extends RouteResource implements DeclaredResource<LiveRoute>, Checked {
  override readonly ownedWith: Resource | undefined;
  private readonly options: DeclaredRouteOptions;
  private found: Found | undefined;
  /** The state of the last read or change. */
  private live: LiveRoute | undefined;

  constructor(aws: Aws, host: DeclaredFunction, options: DeclaredRouteOptions) {
    super(aws, host, options);
    this.options = options;
    this.ownedWith = this.api.own?.resource;
    this.api.integrations.add(this);
    this.api.own?.routes.push(this);
  }

  get problems(): TriggerProblem[] {
    const { functionKey, index } = this.options;
    return entryProblems('http', { key: functionKey, index }, [this.found]);
  }

  /** slsctl.yml says who may call it. */
  get saysAuthorizer(): boolean {
    const { authorizer, authorizationType } = this.options.declared;
    return authorizer !== undefined || authorizationType !== undefined;
  }

  override async read(): Promise<LiveRoute | undefined> {
    const { authorizer } = this.options.declared;
    const named = authorizer ? this.api.own?.authorizers.get(authorizer) : undefined;
    if (named?.id === undefined) await named?.read();
    this.found = await this.apiProblem();
    this.live = undefined;
    const live = this.found ? undefined : await this.find();
    if (!live || this.isCalled(live) || (await this.isOwn(live))) {
      this.live = live;
      return live;
    }
    const { route, integration } = live;
    this.found = {
      field: 'route',
      sentence: `is ${this.key}, which API ${live.apiId} has already: route ${route.RouteId} calls ${integration?.IntegrationUri ?? 'nothing'}; remove it with aws apigatewayv2 delete-route, or name another route`,
    };
    return undefined;
  }

  private async apiProblem(): Promise<Found | undefined> {
    const { declared, api } = this.options;
    if (!(api instanceof ExistingApi)) return undefined;
    const { region, account } = this.aws;
    const { place } = declared;
    const here = `account ${account}, region ${region}`;
    if (place && (place.region !== region || place.account !== account)) {
      const sentence = `is an API of account ${place.account}, region ${place.region}; allowed: one of ${here}`;
      return { field: 'api', sentence };
    }
    const live = await api.look();
    if (!live) {
      const sentence = `is ${api.id}, and there is no such HTTP API in ${here}; aws apigatewayv2 get-apis lists them`;
      return { field: 'api', sentence };
    }
    if (live.ProtocolType === 'HTTP') return undefined;
    return {
      field: 'api',
      sentence: `is ${api.id}, which is a ${live.ProtocolType} API; allowed: an HTTP API`,
    };
  }

  /** Whether slsctl made it for another function of the project, or for one that is gone. */
  private async isOwn(live: LiveRoute): Promise<boolean> {
    const { integration } = live;
    const called = functionIn(targetOf(live) ?? '');
    if (!integration || called === undefined || !isMarkedFor(called, integration)) return false;
    const host = new FunctionResource(this.aws, { name: called, owner: this.options.owner });
    const other = await host.read();
    return other === undefined || host.foreign(other) === undefined;
  }

  /** Settings that slsctl.yml does not say stay as they are. */
  get wantedIntegration(): IntegrationSettings {
    const { declared } = this.options;
    const now = this.live?.integration && settingsIn(this.live.integration);
    const { payloadFormatVersion, timeoutInMillis, credentialsArn } = declared;
    const { requestParameters, responseParameters } = declared;
    const kept = <T>(said: T | null | undefined, live: T | undefined) =>
      said === undefined ? live : (said ?? undefined);
    return {
      IntegrationUri: this.targetArn,
      PayloadFormatVersion: payloadFormatVersion ?? now?.PayloadFormatVersion ?? '2.0',
      TimeoutInMillis: timeoutInMillis ?? now?.TimeoutInMillis,
      CredentialsArn: kept(credentialsArn, now?.CredentialsArn),
      RequestParameters: kept(requestParameters, now?.RequestParameters),
      ResponseParameters: kept(responseParameters, now?.ResponseParameters),
    };
  }

  /** undefined: slsctl.yml does not say. */
  private get authorization(): Authorization | undefined {
    const { authorizer, authorizationType, authorizerId } = this.options.declared;
    if (authorizer === null) return { AuthorizationType: 'NONE', AuthorizerId: undefined };
    if (authorizer === iamAuthorizer) return { AuthorizationType: 'AWS_IAM', AuthorizerId: undefined };
    if (authorizer !== undefined) {
      const named = this.api.own?.authorizers.get(authorizer);
      return {
        AuthorizationType: named?.type ?? 'NONE',
        AuthorizerId: named?.id ?? `${authorizer} (known after apply)`,
      };
    }
    return authorizationType && { AuthorizationType: authorizationType, AuthorizerId: authorizerId };
  }

  diff(live: LiveRoute | undefined): Change[] {
    const { declared } = this.options;
    const route = live?.route;
    const who =
      this.authorization ?? (live ? undefined : { AuthorizationType: 'NONE', AuthorizerId: undefined });
    const changes = [
      ...(live ? [] : [{ path: 'RouteKey', from: undefined, to: this.key }]),
      ...(who && who.AuthorizationType !== route?.AuthorizationType
        ? [{ path: 'AuthorizationType', from: route?.AuthorizationType, to: who.AuthorizationType }]
        : []),
      ...(who && who.AuthorizerId !== (route?.AuthorizerId || undefined)
        ? [{ path: 'AuthorizerId', from: route?.AuthorizerId, to: who.AuthorizerId }]
        : []),
      ...differences(declared.authorizationScopes, route?.AuthorizationScopes, 'AuthorizationScopes'),
      ...differences(declared.operationName, route?.OperationName, 'OperationName'),
    ];
    return [...changes, ...this.integrationChanges(live), ...this.limitChanges(live)];
  }

  private integrationChanges(live: LiveRoute | undefined): Change[] {
    const wanted = this.wantedIntegration;
    const now = live?.integration && settingsIn(live.integration);
    return Object.entries(wanted).flatMap(([name, to]) => {
      const from = now?.[name as keyof IntegrationSettings];
      const same =
        name === 'TimeoutInMillis' ? to === undefined || to === from : sameJson(from ?? {}, to ?? {});
      return same ? [] : [{ path: `Integration.${name}`, from, to }];
    });
  }

  private limitChanges(live: LiveRoute | undefined): Change[] {
    const { throttling } = this.options.declared;
    const now = live?.settings ?? {};
    if (throttling === undefined) return [];
    if (throttling === null) {
      return live?.settings ? [{ path: 'RouteSettings', from: live.settings, to: undefined }] : [];
    }
    const wanted = {
      ThrottlingBurstLimit: throttling.burstLimit,
      ThrottlingRateLimit: throttling.rateLimit,
    };
    return Object.entries(wanted).flatMap(([name, to]) => {
      const from = now[name as keyof typeof now];
      return to === undefined || to === from ? [] : [{ path: `RouteSettings.${name}`, from, to }];
    });
  }

  notes({ route, settings }: LiveRoute): string[] {
    const { throttling, authorizationScopes } = this.options.declared;
    const kept = 'is live but not declared; kept (null removes it)';
    const type = route.AuthorizationType ?? 'NONE';
    return [
      ...(type !== 'NONE' && !this.saysAuthorizer
        ? [`AuthorizationType ${type} ${kept.replace('null', 'authorizer: null')}`]
        : []),
      ...(settings && throttling === undefined ? [`RouteSettings ${kept}`] : []),
      ...(route.AuthorizationScopes?.length && authorizationScopes === undefined
        ? [`AuthorizationScopes ${kept}`]
        : []),
    ];
  }

  async apply(live: LiveRoute | undefined, changes: Change[], _report?: Report): Promise<LiveRoute> {
    await this.markPlace();
    const apiId = (await this.api.knownId()) as string;
    this.live = live;
    const integration = await this.integrationFor(live);
    const route = await this.applyRoute(apiId, live, integration.IntegrationId as string, changes);
    const settings = await this.applyLimits(apiId, live, changes);
    if (live?.integration && live.integration.IntegrationId !== integration.IntegrationId) {
      const former = functionIn(targetOf(live) ?? '') ?? this.boundTo.name;
      await this.api.integrations.release(former, live.integration);
    }
    const stages = new Set([...(live?.stages ?? []), ...(settings ? [stageName] : [])]);
    // The answers are the new state; a read could find an older one.
    this.live = { apiId, route, integration, settings, stages: [...stages] };
    return this.live;
  }

  private async integrationFor(live: LiveRoute | undefined) {
    const now = live?.integration;
    if (now && sameSettings(this.wantedIntegration, settingsIn(now))) return now;
    return this.api.integrations.wanted(this.boundTo.name, this);
  }

  private async applyRoute(
    ApiId: string,
    live: LiveRoute | undefined,
    integrationId: string,
    changes: readonly Change[],
  ): Promise<ApiRoute> {
    const { createRoute, updateRoute } = await partCalls();
    const { authorizationScopes: scopes, operationName } = this.options.declared;
    const { AuthorizationType, AuthorizerId } = this.authorization ?? {};
    const Target = `integrations/${integrationId}`;
    const request = {
      ...{ ApiId, Target, AuthorizationType },
      AuthorizerId,
      AuthorizationScopes: scopes === null ? (live ? [] : undefined) : scopes,
      OperationName: operationName === null ? (live ? '' : undefined) : operationName,
    };
    if (!live) return createRoute(this.aws, { ...request, RouteKey: this.key });
    const { route } = live;
    const own = changes.some(({ path }) => !/^(Integration|RouteSettings)/.test(path));
    if (!own && route.Target === Target) return route;
    const answer = await updateRoute(this.aws, { ...request, RouteId: route.RouteId });
    const left = this.authorization && this.authorization.AuthorizerId === undefined;
    return { ...answer, ...(left ? { AuthorizerId: undefined } : {}) };
  }

  private async applyLimits(
    ApiId: string,
    live: LiveRoute | undefined,
    changes: readonly Change[],
  ): Promise<LiveRoute['settings']> {
    if (!changes.some(({ path }) => path.startsWith('RouteSettings'))) return live?.settings;
    const { throttling } = this.options.declared;
    if (!throttling) {
      const { deleteRouteSettings } = await partCalls();
      await deleteRouteSettings(this.aws, ApiId, stageName, this.key);
      return undefined;
    }
    const { updateStage } = await apiCalls();
    const { burstLimit, rateLimit } = throttling;
    const settings = {
      ...live?.settings,
      ...(burstLimit === undefined ? {} : { ThrottlingBurstLimit: burstLimit }),
      ...(rateLimit === undefined ? {} : { ThrottlingRateLimit: rateLimit }),
    };
    await updateStage(this.aws, { ApiId, StageName: stageName, RouteSettings: { [this.key]: settings } });
    return settings;
  }
}
