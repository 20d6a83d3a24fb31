// The HTTP API that a project makes, with its stage, authorizers, access log and domain name.
import type { Authorizer } from '@aws-sdk/client-apigatewayv2';
import type { Aws } from '../../aws/aws.ts';
import { type ApiFile, apiName } from '../../config/apis/api.ts';
import { nullsIn, withoutNulls } from '../../config/nulls.ts';
import type { FunctionConfig, Project } from '../../config/project.ts';
import { qualifierOf } from '../../config/qualifiers.ts';
import type { Resource } from '../../engine/resource.ts';
import { arnIn } from '../arn.ts';
import { qualifiedName } from '../attachments/attachment.ts';
import type { Claim } from '../attachments/claim.ts';
import { DeclaredLogGroup } from '../log-group/log-group.ts';
import { accessLogName } from '../names.ts';
import type { Adoption } from '../owned/adoption.ts';
import { apiTag, ownerOf, tagsOf } from '../owned/ownership.ts';
import { statementId } from '../triggers/binding/statement-id.ts';
import {
  type AuthorizerFunction,
  AuthorizerResource,
  authorizerName,
  DeclaredAuthorizer,
  isMarked,
} from './authorizer.ts';
import { DeclaredDomain, DeclaredMapping, MappingResource } from './domain.ts';
import { apiCalls, DeclaredHttpApi } from './http-api.ts';
import { IntegrationPool, integrationIn, isMarkedFor } from './integrations.ts';
import { DeclaredStage } from './stage.ts';

/** Marks an API whose slsctl.yml gave it a domain name: mappings have no tags. */
export const domainTag = 'slsctl:domain';

/** Marks an API that has had authorizers, so that slsctl need not list those of every API. */
export const authorizersTag = 'slsctl:authorizers';

const logRetention = 14;

type Declared = Pick<Project, 'name' | 'stage' | 'origin' | 'functions'> & { api: ApiFile };

/** A function that takes part in the run. */
export interface KnownFunction {
  readonly config: FunctionConfig;
  readonly function: Resource;
  readonly attachments: readonly Resource[];
}

/** A declared route, as its API sees it. */
export interface KnownRoute extends Resource {
  readonly key: string;
  /** slsctl.yml says who may call it. */
  readonly saysAuthorizer: boolean;
}

export class ProjectApi {
  readonly resource: DeclaredHttpApi;
  readonly stage: DeclaredStage;
  readonly authorizers: ReadonlyMap<string, DeclaredAuthorizer>;
  readonly integrations: IntegrationPool;
  readonly domain?: DeclaredDomain;
  readonly mapping?: DeclaredMapping;
  readonly routes: KnownRoute[] = [];
  private readonly log?: DeclaredLogGroup;
  private readonly aws: Aws;
  private readonly project: Declared;
  private readonly functions = new Map<string, KnownFunction>();

  constructor(aws: Aws, project: Declared, { adopt }: { adopt?: Adoption }) {
    const { api } = project;
    this.aws = aws;
    this.project = project;
    const name = apiName(project);
    const owner = ownerOf(project);
    const marks: Record<string, string> = {
      ...(api.domain ? { [domainTag]: api.domain.name } : {}),
      ...(api.authorizers ? { [authorizersTag]: 'yes' } : {}),
    };
    const tags = { ...tagsOf(owner, withoutNulls(api.tags)), [apiTag]: name, ...marks };
    const identity = { owner, adopt };
    this.resource = new DeclaredHttpApi(aws, {
      ...{ ...identity, name, api, tags },
      leavingTags: nullsIn(api.tags),
    });
    this.integrations = new IntegrationPool(aws, this);
    const { accessLog, domain } = api;
    if (accessLog) {
      this.log = new DeclaredLogGroup(aws, {
        ...{ ...identity, name: accessLogName(name), tags: tagsOf(owner, {}) },
        ...{ retentionInDays: accessLog.retentionInDays ?? logRetention, writers: [] },
      });
    }
    const log = this.log && { group: this.log, arn: arnIn(aws, 'logs', `log-group:${this.log.name}`) };
    this.stage = new DeclaredStage(aws, this.resource, api, log);
    this.authorizers = new Map(
      Object.entries(api.authorizers ?? {}).map(([key, declared]) => {
        const functionOf = () => this.authorizerFunction(declared.function);
        return [key, new DeclaredAuthorizer(aws, this.resource, key, { declared, functionOf })];
      }),
    );
    if (domain) {
      this.domain = new DeclaredDomain(aws, {
        ...{ ...identity, name: domain.name, declared: domain, tags: tagsOf(owner, {}) },
      });
      const needs = [this.stage, this.domain];
      this.mapping = new DeclaredMapping(aws, this.resource, domain.name, domain.apiMappingKey ?? '', needs);
    }
  }

  get own(): this {
    return this;
  }

  knownId(): Promise<string | undefined> {
    return this.resource.knownId();
  }

  get arn(): string {
    return this.resource.arn;
  }

  get endpoint(): string | undefined {
    return this.resource.endpoint;
  }

  /** Where users call it: its domain name, if it has no other address. */
  get address(): string | undefined {
    const { disableExecuteApiEndpoint, domain } = this.project.api;
    if (!disableExecuteApiEndpoint || !domain) return this.endpoint;
    return `https://${domain.name}${domain.apiMappingKey ? `/${domain.apiMappingKey}` : ''}`;
  }

  /** All, without the routes. */
  get resources(): readonly Resource[] {
    const { resource, log, stage, authorizers, domain, mapping } = this;
    const all = [resource, log, stage, ...authorizers.values(), domain, mapping];
    return all.filter((one) => one !== undefined);
  }

  /** The functions that take part: those of authorizers are needed. */
  know(functions: readonly KnownFunction[]): void {
    for (const one of functions) this.functions.set(one.config.key, one);
  }

  private authorizerFunction(key: string | undefined): AuthorizerFunction | undefined {
    const config = this.project.functions.find((one) => one.key === key);
    if (!config) return undefined;
    const target = qualifiedName(config, qualifierOf(config.attachments ?? {}));
    const known = this.functions.get(config.key);
    const aliases = known?.attachments.filter(({ kind, name }) => kind === 'alias' && name === target) ?? [];
    return {
      arn: arnIn(this.aws, 'lambda', `function:${target}`),
      needs: known ? [known.function, ...aliases] : [],
    };
  }

  /** What must be there before a route uses the authorizer: it, and the permission to call its function. */
  authorizerNeeds(key: string): Resource[] {
    const authorizer = this.authorizers.get(key);
    if (!authorizer) return [];
    const of = this.project.api.authorizers?.[key]?.function;
    const config = this.project.functions.find((one) => one.key === of);
    const known = config && this.functions.get(config.key);
    if (!config || !known) return [authorizer];
    const target = qualifiedName(config, qualifierOf(config.attachments ?? {}));
    const permissions = known.attachments.filter(
      ({ kind, name }) => kind === 'permissions' && name === target,
    );
    return [authorizer, ...permissions];
  }

  /** The statements by which authorizers of the API may call the function. */
  authorizerClaims(functionName: string): Claim[] {
    const config = this.project.functions.find(({ name }) => name === functionName);
    if (!config) return [];
    return [...this.authorizers].flatMap(([key, authorizer]): Claim[] => {
      if (this.project.api.authorizers?.[key]?.function !== config.key) return [];
      const { resource } = this;
      return [
        {
          id: statementId('http', `authorizer-${key}`),
          qualifier: qualifierOf(config.attachments ?? {}),
          needs: [authorizer],
          get permission() {
            return {
              Action: 'lambda:InvokeFunction',
              Principal: 'apigateway.amazonaws.com',
              SourceArn: `${resource.arn}/authorizers/${authorizer.id ?? '(known after apply)'}`,
            };
          },
        },
      ];
    });
  }

  /** Authorizers and mappings that slsctl made and slsctl.yml no longer declares. */
  async leftBehind(): Promise<Resource[]> {
    const live = await this.resource.read();
    if (!live?.ApiId || this.resource.foreignReason) return [];
    const domain = live.Tags?.[domainTag];
    const { readAuthorizers, readParts } = await apiCalls();
    const hadAuthorizers = live.Tags?.[authorizersTag] !== undefined;
    const [authorizers, parts, mappings] = await Promise.all([
      hadAuthorizers ? readAuthorizers(this.aws, live.ApiId) : [],
      hadAuthorizers ? readParts(this.aws, live.ApiId) : undefined,
      domain === undefined
        ? []
        : import('./part-calls.ts').then((calls) => calls.readMappings(this.aws, domain)),
    ]);
    const declared = [...this.authorizers.keys()].map(authorizerName);
    const left = authorizers.filter(
      (one) => isMarked(one) && !declared.includes(one.Name ?? '') && !this.isKept(one, parts),
    );
    const wanted = this.project.api.domain;
    return [
      ...left.map(
        ({ Name = '' }) =>
          new AuthorizerResource(this.aws, this.resource, Name.replace(authorizerName(''), ''), this.routes),
      ),
      ...mappings
        .filter(({ ApiId }) => ApiId === live.ApiId)
        .map(({ ApiMappingKey = '' }) => ApiMappingKey.replace('(none)', ''))
        .filter((key) => domain !== wanted?.name || key !== (wanted?.apiMappingKey ?? ''))
        .map((key) => new MappingResource(this.aws, this.resource, domain as string, key)),
    ];
  }

  /** Whether a route keeps the authorizer after the deployment: one of others, or one that says nothing of it. */
  private isKept({ AuthorizerId }: Authorizer, parts: Awaited<ReturnType<Parts>>): boolean {
    const { routes = [], integrations = [] } = parts ?? {};
    return routes
      .filter((route) => route.AuthorizerId === AuthorizerId)
      .some((route) => {
        const declared = this.routes.find(({ key }) => key === route.RouteKey);
        if (declared) return !declared.saysAuthorizer;
        const id = integrationIn(route);
        const integration = integrations.find(({ IntegrationId }) => IntegrationId === id);
        return !this.project.functions.some(({ name }) => integration && isMarkedFor(name, integration));
      });
  }
}

type Parts = Awaited<ReturnType<typeof apiCalls>>['readParts'];
