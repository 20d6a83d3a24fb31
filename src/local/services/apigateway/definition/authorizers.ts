// Authorizers.
import type * as sdk from '@aws-sdk/client-api-gateway';
import type { Authorizer } from '@aws-sdk/client-api-gateway';
import type { Scope } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { badRequest, concurrent, conflict, notFound } from '../errors.ts';
import { newId } from '../ids.ts';
import { pageOf } from '../page.ts';
import { item, number, patched, type Rules, text } from '../patches/patches.ts';
import { type ApiGatewayState, entry, findApi, requireApi, saveApi, without } from '../state.ts';
import { Violations } from '../violations.ts';
import { functionIn } from './integration-uris.ts';
import { pathOf } from './paths.ts';

export const authorizers: Handlers<typeof sdk, ApiGatewayState> = {
  CreateAuthorizer({ restApiId, ...settings }, { state, call }) {
    new Violations()
      .oneOf(settings.type, 'createAuthorizerInput.type', ['TOKEN', 'REQUEST', 'COGNITO_USER_POOLS'])
      .refuse();
    const cognito = settings.type === 'COGNITO_USER_POOLS';
    const authType = settings.authType ?? (cognito ? 'cognito_user_pools' : 'custom');
    const authorizer = checked({ ...settings, id: newId(6), authType });
    const api = findApi(state, call, restApiId);
    // AWS answers so for an unknown API, too.
    if (!api) throw concurrent();
    if (Object.values(api.authorizers).some(({ name }) => name === authorizer.name)) {
      throw badRequest('Authorizer name must be unique.');
    }
    saveApi(state, { ...api, authorizers: { ...api.authorizers, [authorizer.id ?? '']: authorizer } });
    return authorizer;
  },

  GetAuthorizer({ restApiId, authorizerId }, { state, call }) {
    return requireAuthorizer(state, call, restApiId, authorizerId).authorizer;
  },

  GetAuthorizers({ restApiId, limit, position }, { state, call }) {
    const all = Object.values(requireApi(state, call, restApiId).authorizers);
    const { items, next } = pageOf(all, ({ id = '' }) => id, position, limit);
    return { items, position: next };
  },

  UpdateAuthorizer({ restApiId, authorizerId, patchOperations }, { state, call }) {
    new Violations().operations(patchOperations, 'updateAuthorizerInput').refuse();
    const { api, authorizer } = requireAuthorizer(state, call, restApiId, authorizerId);
    const changed = checked(patched(authorizer, patchOperations, rules));
    saveApi(state, { ...api, authorizers: { ...api.authorizers, [authorizer.id ?? '']: changed } });
    return changed;
  },

  DeleteAuthorizer({ restApiId, authorizerId }, { state, call }) {
    const { api, authorizer } = requireAuthorizer(state, call, restApiId, authorizerId);
    for (const resource of Object.values(api.resources)) {
      for (const [name, method] of Object.entries(resource.methods)) {
        if (method.authorizerId !== authorizer.id) continue;
        const user = `${pathOf(api, resource)}/${name}`;
        throw conflict(`Cannot delete authorizer '${authorizer.name}', is referenced in method: ${user}`);
      }
    }
    saveApi(state, { ...api, authorizers: without(api.authorizers, authorizer.id ?? '') });
    return {};
  },
};

const rules: Rules<Authorizer> = {
  '/name': text('name'),
  '/type': text('type'),
  '/authType': text('authType'),
  '/authorizerUri': text('authorizerUri'),
  '/authorizerCredentials': text('authorizerCredentials'),
  '/identitySource': text('identitySource'),
  '/identityValidationExpression': text('identityValidationExpression'),
  '/authorizerResultTtlInSeconds': number('authorizerResultTtlInSeconds'),
  '/providerARNs': item('providerARNs', 'value'),
};

/** @throws BadRequestException */
function checked(authorizer: Authorizer): Authorizer {
  const { name, type, authorizerUri = '', identitySource, providerARNs = [] } = authorizer;
  const { authorizerResultTtlInSeconds: ttl = 300 } = authorizer;
  if (!name) throw badRequest('Authorizer name cannot be empty.');
  if (!(Number.isInteger(ttl) && ttl >= 0 && ttl <= 3600)) {
    throw badRequest('Authorizer result TTL must be between 0 and 3600 seconds.');
  }
  if (type === 'COGNITO_USER_POOLS') {
    if (providerARNs.length === 0) throw badRequest('Invalid Provider ARNs specified in the request');
    return authorizer;
  }
  if (functionIn(authorizerUri) === undefined) {
    throw badRequest(
      `Invalid Authorizer URI: ${authorizerUri}. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.`,
    );
  }
  if (type === 'TOKEN' && !/^method\.request\.header\.[^,\s]+$/.test(identitySource ?? '')) {
    throw badRequest('Invalid identity source specified. Only method.request.header.<name> is supported.');
  }
  if (type === 'REQUEST' && !identitySource && ttl > 0) {
    throw badRequest('Identity source is required when caching is enabled for REQUEST authorizers.');
  }
  return authorizer;
}

/** @throws NotFoundException */
export function requireAuthorizer(state: ApiGatewayState, scope: Scope, restApiId?: string, id?: string) {
  const api = findApi(state, scope, restApiId);
  const authorizer = entry(api?.authorizers, id);
  if (!api || !authorizer) throw notFound('Invalid Authorizer identifier specified');
  return { api, authorizer };
}
