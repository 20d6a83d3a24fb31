// Routes: which requests go to which integration, and who may send them.
import type * as sdk from '@aws-sdk/client-apigatewayv2';
import type { Scope } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { bad, conflict, notFound } from '../errors.ts';
import {
  all,
  type HttpApisState,
  newId,
  partKey,
  type RouteRecord,
  requireApi,
  requirePart,
} from '../state.ts';
import { checkEnum, checkLength, paged } from './checks.ts';
import { changed } from './deployments.ts';
import { checkRouteKey } from './route-keys.ts';

export const routes: Handlers<typeof sdk, HttpApisState> = {
  CreateRoute({ ApiId = '', ...input }, { state, call }) {
    requireApi(state, call, ApiId);
    const record = present({
      ApiKeyRequired: false,
      AuthorizationType: 'NONE',
      ...input,
      RouteKey: input.RouteKey ?? '',
      RouteId: newId(),
    });
    checkRoute(state, call, ApiId, record);
    state.routes.put(partKey(call, ApiId, record.RouteId), record);
    changed(state, call, ApiId);
    return record;
  },

  GetRoute({ ApiId, RouteId }, { state, call }) {
    return requirePart(state, state.routes, call, ApiId, RouteId, 'Route');
  },

  GetRoutes({ ApiId = '', ...input }, { state, call }) {
    requireApi(state, call, ApiId);
    return paged(all(state.routes, call, ApiId), ({ RouteId }) => RouteId, input);
  },

  /** A route that needs no authorizer any more has none. */
  UpdateRoute({ ApiId = '', RouteId, ...input }, { state, call }) {
    const before = requirePart(state, state.routes, call, ApiId, RouteId, 'Route');
    const sent = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
    const open = input.AuthorizationType === 'NONE' || input.AuthorizationType === 'AWS_IAM';
    const freed = open ? { AuthorizerId: undefined, AuthorizationScopes: undefined } : {};
    const record = present({ ...before, ...freed, ...sent });
    checkRoute(state, call, ApiId, record);
    state.routes.put(partKey(call, ApiId, record.RouteId), record);
    if (record.RouteKey !== before.RouteKey) forgetSettings(state, call, ApiId, before.RouteKey);
    changed(state, call, ApiId);
    return record;
  },

  DeleteRoute({ ApiId = '', RouteId }, { state, call }) {
    const route = requirePart(state, state.routes, call, ApiId, RouteId, 'Route');
    state.routes.remove(partKey(call, ApiId, route.RouteId));
    forgetSettings(state, call, ApiId, route.RouteKey);
    changed(state, call, ApiId);
    return {};
  },
};

function checkRoute(state: HttpApisState, scope: Scope, api: string, route: RouteRecord): void {
  const { RouteId, RouteKey, Target, OperationName } = route;
  checkRouteKey(RouteKey);
  checkLength(OperationName, 'OperationName', 64);
  if (route.ApiKeyRequired) throw bad('ApiKeyRequired is not currently supported for HTTP APIs.');
  const same = all(state.routes, scope, api).find((one) => one.RouteKey === RouteKey);
  if (same && same.RouteId !== RouteId) {
    throw conflict(`Route with key ${RouteKey} already exists for this API`);
  }
  if (Target !== undefined) checkTarget(state, scope, api, Target);
  checkAuthorization(state, scope, api, route);
}

function checkTarget(state: HttpApisState, scope: Scope, api: string, target: string): void {
  const id = /^integrations\/([^/]+)$/.exec(target)?.[1];
  if (id === undefined) {
    throw bad(
      'Unexpected or malformed target in route. Correct format should be integrations/<integration_id>.',
    );
  }
  if (!state.integrations.get(partKey(scope, api, id))) {
    throw notFound(`Invalid Integration identifier specified ${id}`);
  }
}

function checkAuthorization(
  state: HttpApisState,
  scope: Scope,
  api: string,
  { AuthorizationType: type = 'NONE', AuthorizerId, AuthorizationScopes = [] }: RouteRecord,
): void {
  checkEnum(type, 'authorization type', ['NONE', 'AWS_IAM', 'CUSTOM', 'JWT']);
  if (AuthorizationScopes.length > 0 && type !== 'JWT') {
    throw bad('Authorization Scopes are only valid for COGNITO_USER_POOLS and JWT authorization type');
  }
  if (type !== 'JWT' && type !== 'CUSTOM') return;
  const authorizer = state.authorizers.get(partKey(scope, api, AuthorizerId ?? ''));
  if (authorizer?.AuthorizerType === (type === 'JWT' ? 'JWT' : 'REQUEST')) return;
  const wanted = type === 'JWT' ? 'a valid JWT authorizer' : 'a valid authorizer';
  throw bad(`Invalid authorizer ID specified. Setting the authorization type to ${type} requires ${wanted}.`);
}

/** Stages have no settings for routes that do not exist. */
function forgetSettings(state: HttpApisState, scope: Scope, api: string, key: string): void {
  for (const stage of all(state.stages, scope, api)) {
    if (!(key in stage.routes)) continue;
    const { [key]: _, ...routes } = stage.routes;
    state.stages.put(partKey(scope, api, stage.name), { ...stage, routes });
  }
}

/** Empty texts and lists are as good as absent. */
function present(record: RouteRecord): RouteRecord {
  return Object.fromEntries(
    Object.entries(record).filter(
      ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
    ),
  ) as unknown as RouteRecord;
}
