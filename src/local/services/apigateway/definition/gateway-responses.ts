// Gateway responses: how API Gateway words its own answers.
import type * as sdk from '@aws-sdk/client-api-gateway';
import type { GatewayResponse, GatewayResponseType } from '@aws-sdk/client-api-gateway';
import type { Handlers } from '../../../service.ts';
import { badPath, badRequest, noParameter, notFound } from '../errors.ts';
import { pageOf } from '../page.ts';
import { entryOf, patched, type Rule, type Rules } from '../patches/patches.ts';
import type { ApiRecord } from '../records.ts';
import { type ApiGatewayState, entry, requireApi, saveApi, without } from '../state.ts';
import { Violations } from '../violations.ts';
import { gatewayResponse, ownResponse, responseTypes } from './gateway-response-types.ts';

export const gatewayResponses: Handlers<typeof sdk, ApiGatewayState> = {
  PutGatewayResponse(input, { state, call }) {
    const { restApiId, responseType, ...settings } = input;
    new Violations().oneOf(responseType, 'responseType', responseTypes).statusCode(input.statusCode).refuse();
    const response = ownResponse(responseType as GatewayResponseType, settings);
    save(state, requireApi(state, call, restApiId), response);
    return response;
  },

  GetGatewayResponse({ restApiId, responseType }, { state, call }) {
    new Violations().oneOf(responseType, 'responseType', responseTypes).refuse();
    return gatewayResponse(requireApi(state, call, restApiId), responseType as GatewayResponseType);
  },

  GetGatewayResponses({ restApiId, limit, position }, { state, call }) {
    const api = requireApi(state, call, restApiId);
    const all = responseTypes.map((type) => gatewayResponse(api, type));
    const { items, next } = pageOf(all, ({ responseType = '' }) => responseType, position, limit);
    return { items, position: next };
  },

  UpdateGatewayResponse({ restApiId, responseType, patchOperations }, { state, call }) {
    new Violations()
      .operations(patchOperations, 'updateGatewayResponseInput')
      .oneOf(responseType, 'responseType', responseTypes)
      .refuse();
    const api = requireApi(state, call, restApiId);
    const current = gatewayResponse(api, responseType as GatewayResponseType);
    const {
      responseParameters = {},
      responseTemplates = {},
      ...rest
    } = patched(current, patchOperations, rules);
    const response = { ...rest, responseParameters, responseTemplates, defaultResponse: false };
    save(state, api, response);
    return response;
  },

  DeleteGatewayResponse({ restApiId, responseType = '' }, { state, call }) {
    new Violations().oneOf(responseType, 'responseType', responseTypes).refuse();
    const api = requireApi(state, call, restApiId);
    if (!entry(api.gatewayResponses, responseType)) {
      throw notFound('Gateway response type not defined on api');
    }
    saveApi(state, { ...api, gatewayResponses: without(api.gatewayResponses, responseType) });
    return {};
  },
};

const entryWithValue = (member: 'responseParameters' | 'responseTemplates'): Rule<GatewayResponse> => {
  const plain = entryOf<GatewayResponse>(member, { missing: noParameter });
  return {
    ...plain,
    apply(response, patch) {
      if (patch.op !== 'remove' && !patch.value) {
        throw badRequest(`Invalid null or empty value in ${member}`);
      }
      return plain.apply(response, patch);
    },
  };
};

const rules: Rules<GatewayResponse> = {
  '/statusCode': {
    ops: ['replace'],
    refuse: ({ path }) => badPath(path),
    apply(response, { value }) {
      new Violations().statusCode(value).refuse();
      return { ...response, statusCode: value };
    },
  },
  '/responseParameters/*': entryWithValue('responseParameters'),
  '/responseTemplates/*': entryWithValue('responseTemplates'),
};

function save(state: ApiGatewayState, api: ApiRecord, response: GatewayResponse): void {
  const gatewayResponses = { ...api.gatewayResponses, [response.responseType ?? '']: response };
  saveApi(state, { ...api, gatewayResponses });
}
