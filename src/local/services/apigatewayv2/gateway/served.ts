// The stages of an API in the form that requests need. A change of the API creates this form again.
import type { Scope } from '../../../call.ts';
import { parseRouteKey, type RouteKey } from '../control/route-keys.ts';
import {
  type ApiRecord,
  type AuthorizerRecord,
  all,
  apiKey,
  type HttpApisState,
  type IntegrationRecord,
  partKey,
  type RouteRecord,
  type StageRecord,
  snapshotOf,
} from '../state.ts';

export interface ServedApi {
  readonly api: ApiRecord;
  readonly scope: Scope;
  /** By name. */
  readonly stages: ReadonlyMap<string, ServedStage>;
}

export interface ServedStage {
  readonly api: ApiRecord;
  readonly scope: Scope;
  readonly stage: StageRecord;
  readonly routes: readonly ServedRoute[];
  /** The route `$default`. */
  readonly fallback: ServedRoute | undefined;
}

export interface ServedRoute {
  readonly record: RouteRecord;
  /** undefined for `$default`. */
  readonly key: RouteKey | undefined;
  readonly integration: IntegrationRecord | undefined;
  readonly authorizer: AuthorizerRecord | undefined;
}

/** Keeps the forms of APIs that had requests. */
export class ServedApis {
  private readonly state: HttpApisState;
  private readonly made = new Map<string, { readonly revision: number; readonly served: ServedApi }>();

  constructor(state: HttpApisState) {
    this.state = state;
  }

  /** The API with this id in this region; undefined: there is none. */
  find({ id, region }: { id: string; region: string }): ServedApi | undefined {
    const account = this.state.owners.get(`${region}/${id}`);
    if (account === undefined) return undefined;
    const scope = { account, region };
    const key = apiKey(scope, id);
    const revision = this.state.revisions.get(key) ?? 0;
    const made = this.made.get(key);
    if (made?.revision === revision) return made.served;
    const api = this.state.apis.get(key);
    if (!api) {
      this.made.delete(key);
      return undefined;
    }
    const served = serve(this.state, scope, api);
    this.made.set(key, { revision, served });
    return served;
  }
}

function serve(state: HttpApisState, scope: Scope, api: ApiRecord): ServedApi {
  const stages = all(state.stages, scope, api.id).map(
    (stage) => [stage.name, serveStage(state, scope, api, stage)] as const,
  );
  return { api, scope, stages: new Map(stages) };
}

function serveStage(state: HttpApisState, scope: Scope, api: ApiRecord, stage: StageRecord): ServedStage {
  const deployment = state.deployments.get(partKey(scope, api.id, stage.deploymentId ?? ''));
  const snapshot = deployment && (deployment.snapshot ?? snapshotOf(state, scope, api.id));
  const integrations = new Map(
    snapshot?.integrations.map((one) => [`integrations/${one.IntegrationId}`, one]),
  );
  const authorizers = new Map(snapshot?.authorizers.map((one) => [one.AuthorizerId, one]));
  const routes = (snapshot?.routes ?? []).map((record) => ({
    record,
    key: parseRouteKey(record.RouteKey),
    integration: integrations.get(record.Target ?? ''),
    authorizer: authorizers.get(record.AuthorizerId ?? ''),
  }));
  const fallback = routes.find(({ key }) => key === undefined);
  return { api, scope, stage, routes: routes.filter(({ key }) => key !== undefined), fallback };
}
