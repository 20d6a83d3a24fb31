// The responses that a method declares.
import type * as sdk from '@aws-sdk/client-api-gateway';
import type { Method, MethodResponse } from '@aws-sdk/client-api-gateway';
import type { Scope } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { conflict, noContentType, noParameter, noStatusCode } from '../errors.ts';
import { entryOf, isTrue, patched, type Rules } from '../patches/patches.ts';
import type { ApiRecord, ResourceRecord } from '../records.ts';
import { type ApiGatewayState, entry, type Place, requireMethod, without } from '../state.ts';
import { Violations } from '../violations.ts';
import { saveMethod } from './methods.ts';

export const methodResponses: Handlers<typeof sdk, ApiGatewayState> = {
  PutMethodResponse(input, { state, call }) {
    const { statusCode = '', responseParameters, responseModels } = input;
    new Violations().statusCode(statusCode).refuse();
    const { api, resource, method } = requireMethod(state, call, input);
    if (entry(method.methodResponses, statusCode)) {
      throw conflict('Response already exists for this resource');
    }
    const response = { statusCode, responseParameters, responseModels };
    save(state, { api, resource, method }, response);
    return response;
  },

  GetMethodResponse(input, { state, call }) {
    new Violations().statusCode(input.statusCode).refuse();
    return requireResponse(state, call, input).response;
  },

  UpdateMethodResponse({ patchOperations, ...place }, { state, call }) {
    new Violations()
      .operations(patchOperations, 'updateMethodResponseInput')
      .statusCode(place.statusCode)
      .refuse();
    const { response, ...found } = requireResponse(state, call, place);
    const changed = patched(response, patchOperations, rules);
    save(state, found, changed);
    return changed;
  },

  DeleteMethodResponse(input, { state, call }) {
    new Violations().statusCode(input.statusCode).refuse();
    const { api, resource, method } = requireResponse(state, call, input);
    const others = without(method.methodResponses ?? {}, input.statusCode ?? '');
    const methodResponses = Object.keys(others).length > 0 ? others : undefined;
    saveMethod(state, api, resource, { ...method, methodResponses });
    return {};
  },
};

const rules: Rules<MethodResponse> = {
  '/responseParameters/*': entryOf('responseParameters', { missing: noParameter, read: isTrue }),
  '/responseModels/*': entryOf('responseModels', { missing: noContentType }),
};

interface Found {
  readonly api: ApiRecord;
  readonly resource: ResourceRecord;
  readonly method: Method;
}

/** @throws NotFoundException */
function requireResponse(state: ApiGatewayState, scope: Scope, input: Place & { statusCode?: string }) {
  const found = requireMethod(state, scope, input);
  const response = entry(found.method.methodResponses, input.statusCode);
  if (!response) throw noStatusCode();
  return { ...found, response };
}

function save(state: ApiGatewayState, { api, resource, method }: Found, response: MethodResponse): void {
  const methodResponses = { ...method.methodResponses, [response.statusCode ?? '']: response };
  saveMethod(state, api, resource, { ...method, methodResponses });
}
