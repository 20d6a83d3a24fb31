// The records of HTTP APIs in the store, and their keys.
import { randomInt } from 'node:crypto';
import type {
  AccessLogSettings,
  Authorizer,
  Cors,
  DomainNameConfiguration,
  Integration,
  IpAddressType,
  MutualTlsAuthentication,
  Route,
  RouteSettings,
  RoutingMode,
} from '@aws-sdk/client-apigatewayv2';
import { type Scope, scopePrefix } from '../../call.ts';
import { partitionOf } from '../../partition.ts';
import type { ServiceHost } from '../../service.ts';
import { cached } from '../../store/cached.ts';
import type { Collection } from '../../store/store.ts';
import { notFound } from './errors.ts';

export interface ApiRecord {
  readonly id: string;
  /** Epoch milliseconds, as all times here. */
  readonly created: number;
  readonly name: string;
  readonly description?: string;
  readonly version?: string;
  readonly cors?: Cors;
  /** Its own address answers nothing: only custom domain names do. */
  readonly disabled: boolean;
  readonly keySelection: string;
  readonly routeSelection: string;
  readonly ipAddressType?: IpAddressType;
  readonly tags: Readonly<Record<string, string>>;
}

export type IntegrationRecord = Integration & { readonly IntegrationId: string };
export type RouteRecord = Route & { readonly RouteId: string; readonly RouteKey: string };
export type AuthorizerRecord = Authorizer & { readonly AuthorizerId: string; readonly Name: string };

export interface StageRecord {
  readonly name: string;
  readonly created: number;
  readonly updated: number;
  readonly autoDeploy: boolean;
  readonly managed?: boolean;
  readonly deploymentId?: string;
  readonly description?: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly defaults: RouteSettings;
  /** By route key. */
  readonly routes: Readonly<Record<string, RouteSettings>>;
  readonly accessLog?: AccessLogSettings;
  readonly tags: Readonly<Record<string, string>>;
  readonly lastMessage?: string;
}

/** The parts of an API at one time. */
export interface Snapshot {
  readonly routes: readonly RouteRecord[];
  readonly integrations: readonly IntegrationRecord[];
  readonly authorizers: readonly AuthorizerRecord[];
}

export interface DeploymentRecord {
  readonly id: string;
  readonly created: number;
  readonly description?: string;
  /** Absent for automatic deployments: their stages serve the API in its current state. */
  readonly snapshot?: Snapshot;
}

export interface DomainRecord {
  readonly name: string;
  readonly configurations: readonly DomainNameConfiguration[];
  readonly mutualTls?: MutualTlsAuthentication;
  readonly routingMode: RoutingMode;
  readonly tags: Readonly<Record<string, string>>;
}

export interface MappingRecord {
  readonly id: string;
  readonly domain: string;
  readonly api: string;
  readonly stage: string;
  /** The path below the domain name; empty: all of it. */
  readonly key: string;
}

/** Keys: `account/region/API` for APIs, `account/region/API/ID` for their parts, `account/region/DOMAIN/ID` for mappings. */
export interface HttpApisState {
  readonly apis: Collection<ApiRecord>;
  readonly integrations: Collection<IntegrationRecord>;
  readonly routes: Collection<RouteRecord>;
  readonly authorizers: Collection<AuthorizerRecord>;
  readonly stages: Collection<StageRecord>;
  readonly deployments: Collection<DeploymentRecord>;
  readonly domains: Collection<DomainRecord>;
  readonly mappings: Collection<MappingRecord>;
  /** The accounts of APIs. Keys: `region/API`. */
  readonly owners: Collection<string>;
  /** The number of changes of each API since this server started, by the key of the API. Caches compare it. */
  readonly revisions: Map<string, number>;
  readonly host: ServiceHost;
}

export function createHttpApisState(host: ServiceHost): HttpApisState {
  const collection = <T>(name: string) => host.store.collection<T>(`apigatewayv2.${name}`);
  return {
    apis: cached(collection('apis')),
    integrations: collection('integrations'),
    routes: collection('routes'),
    authorizers: collection('authorizers'),
    stages: cached(collection('stages')),
    deployments: collection('deployments'),
    domains: collection('domains'),
    mappings: collection('mappings'),
    owners: cached(collection('owners')),
    revisions: new Map(),
    host,
  };
}

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** `k3x9q0a` */
export function newId(length = 7): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
}

export const apiKey = (scope: Scope, id: string): string => scopePrefix(scope) + id;
/** The prefix of the keys of an API's parts. */
export const partsOf = (scope: Scope, api: string): string => `${apiKey(scope, api)}/`;
export const partKey = (scope: Scope, api: string, id: string): string => partsOf(scope, api) + id;

/** ARNs of API Gateway have no account. */
export const arnOf = ({ region }: Pick<Scope, 'region'>, path: string): string =>
  `arn:${partitionOf(region)}:apigateway:${region}::${path}`;

export function all<T>(collection: Collection<T>, scope: Scope, api: string): T[] {
  return Array.from(collection.entries(partsOf(scope, api)), ([, record]) => record);
}

/** @throws NotFoundException */
export function requireApi(state: HttpApisState, scope: Scope, id = ''): ApiRecord {
  const found = state.apis.get(apiKey(scope, id));
  if (!found) throw notFound(`Invalid API identifier specified ${scope.account}:${id}`);
  return found;
}

/** A part of an API. `noun`: as in AWS's error. @throws NotFoundException */
export function requirePart<T>(
  state: HttpApisState,
  collection: Collection<T>,
  scope: Scope,
  api: string | undefined,
  id = '',
  noun: string,
): T {
  requireApi(state, scope, api);
  const found = collection.get(partKey(scope, api ?? '', id));
  if (!found) throw notFound(`Invalid ${noun} identifier specified ${id}`.trimEnd());
  return found;
}

export function snapshotOf(state: HttpApisState, scope: Scope, api: string): Snapshot {
  return {
    routes: all(state.routes, scope, api),
    integrations: all(state.integrations, scope, api),
    authorizers: all(state.authorizers, scope, api),
  };
}

/** To be called after each change of an API or of its stages. */
export function touch(state: HttpApisState, scope: Scope, api: string): void {
  const key = apiKey(scope, api);
  state.revisions.set(key, (state.revisions.get(key) ?? 0) + 1);
}
