// The methods of resources.
import type * as sdk from '@aws-sdk/client-api-gateway';
import type { Method } from '@aws-sdk/client-api-gateway';
import type { Handlers } from '../../../service.ts';
import { badRequest, conflict, noContentType, noMethod, noParameter } from '../errors.ts';
import { entryOf, flag, isTrue, item, patched, type Rules, text } from '../patches/patches.ts';
import type { ApiRecord, ResourceRecord } from '../records.ts';
import {
  type ApiGatewayState,
  entry,
  requireMethod,
  requireResource,
  saveResource,
  without,
} from '../state.ts';
import { Violations } from '../violations.ts';

const httpMethods = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'ANY'];

export const methods: Handlers<typeof sdk, ApiGatewayState> = {
  PutMethod(input, { state, call }) {
    const { api, resource } = requireResource(state, call, input);
    const { httpMethod = '', authorizationType = '', authorizerId, authorizationScopes } = input;
    if (!httpMethods.includes(httpMethod)) {
      throw badRequest(`Invalid HttpMethod specified. Valid options are ${httpMethods.join()}`);
    }
    if (entry(resource.methods, httpMethod)) throw conflict('Method already exists for this resource');
    const { requestParameters, requestModels, requestValidatorId, operationName } = input;
    checkParameters(requestParameters);
    const method = checked(api, {
      httpMethod,
      authorizationType: authorizationType.toUpperCase(),
      authorizerId,
      authorizationScopes,
      apiKeyRequired: input.apiKeyRequired ?? false,
      operationName,
      requestParameters,
      requestModels,
      requestValidatorId,
    });
    saveMethod(state, api, resource, method);
    return method;
  },

  GetMethod(input, { state, call }) {
    return requireMethod(state, call, input).method;
  },

  UpdateMethod({ patchOperations, ...place }, { state, call }) {
    new Violations().operations(patchOperations, 'updateMethodInput').refuse();
    const { api, resource, method } = requireMethod(state, call, place);
    const changed = checked(api, patched(method, patchOperations, rules));
    saveMethod(state, api, resource, changed);
    return changed;
  },

  DeleteMethod(input, { state, call }) {
    const { api, resource, method } = requireMethod(state, call, input);
    const remaining = without(resource.methods, method.httpMethod ?? '');
    saveResource(state, api, { ...resource, methods: remaining });
    return {};
  },
};

const rules: Rules<Method> = {
  '/operationName': text('operationName'),
  '/apiKeyRequired': flag('apiKeyRequired'),
  '/authorizationType': text('authorizationType'),
  '/authorizerId': text('authorizerId'),
  '/requestValidatorId': text('requestValidatorId'),
  '/authorizationScopes': item('authorizationScopes', 'value'),
  '/requestParameters/*': entryOf('requestParameters', { missing: noParameter, read: isTrue }),
  '/requestModels/*': entryOf('requestModels', { missing: noContentType }),
};

/** Saves the method; the others of its resource stay. */
export function saveMethod(
  state: ApiGatewayState,
  api: ApiRecord,
  resource: ResourceRecord,
  method: Method,
): void {
  if (!method.httpMethod) throw noMethod();
  saveResource(state, api, { ...resource, methods: { ...resource.methods, [method.httpMethod]: method } });
}

/**
 * The method, when everything that it refers to exists. Authorizers that its type does not use are dropped.
 * @throws BadRequestException
 */
export function checked(api: ApiRecord, method: Method): Method {
  const { authorizationType = '', authorizerId, requestValidatorId, requestModels = {} } = method;
  if (!['NONE', 'AWS_IAM', 'CUSTOM', 'COGNITO_USER_POOLS'].includes(authorizationType)) {
    throw badRequest(
      'Invalid Authorization Type specified. Valid options are NONE,AWS_IAM,CUSTOM,COGNITO_USER_POOLS',
    );
  }
  const authorizes = authorizationType === 'CUSTOM' || authorizationType === 'COGNITO_USER_POOLS';
  if (authorizes && !entry(api.authorizers, authorizerId)) {
    throw badRequest(
      'Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.',
    );
  }
  if (requestValidatorId !== undefined && !entry(api.validators, requestValidatorId)) {
    throw badRequest('Invalid Request Validator identifier specified');
  }
  for (const model of Object.values(requestModels)) {
    if (!entry(api.models, model)) throw badRequest(`Invalid model identifier specified: ${model}`);
  }
  return authorizes ? method : { ...method, authorizerId: undefined };
}

/** @throws BadRequestException */
function checkParameters(parameters: Readonly<Record<string, boolean>> = {}): void {
  const names = Object.keys(parameters).map((expression) => {
    const [, name] =
      /^method\.request\.(?:querystring|multivaluequerystring|header|multivalueheader|path|body)\.(.+)$/.exec(
        expression,
      ) ?? [];
    if (name === undefined) {
      throw badRequest(
        `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: ${expression}]`,
      );
    }
    return name;
  });
  if (new Set(names).size < names.length) {
    throw badRequest('Parameter names must be unique across querystring, header and path');
  }
}
