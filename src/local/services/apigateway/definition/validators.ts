// Request validators.
import type * as sdk from '@aws-sdk/client-api-gateway';
import type { RequestValidator } from '@aws-sdk/client-api-gateway';
import type { Scope } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { badRequest, conflict, notFound } from '../errors.ts';
import { newId } from '../ids.ts';
import { pageOf } from '../page.ts';
import { flag, listing, patched, type Rules } from '../patches/patches.ts';
import { type ApiGatewayState, entry, findApi, requireApi, saveApi, without } from '../state.ts';
import { Violations } from '../violations.ts';
import { pathOf } from './paths.ts';

export const validators: Handlers<typeof sdk, ApiGatewayState> = {
  CreateRequestValidator(input, { state, call }) {
    const api = findApi(state, call, input.restApiId);
    if (!api) throw badRequest('Invalid REST API identifier specified');
    const { name, validateRequestBody = false, validateRequestParameters = false } = input;
    const validator = { id: newId(6), name, validateRequestBody, validateRequestParameters };
    saveApi(state, { ...api, validators: { ...api.validators, [validator.id]: validator } });
    return validator;
  },

  GetRequestValidator({ restApiId, requestValidatorId }, { state, call }) {
    return requireValidator(state, call, restApiId, requestValidatorId).validator;
  },

  GetRequestValidators({ restApiId, limit, position }, { state, call }) {
    const all = Object.values(requireApi(state, call, restApiId).validators);
    const { items, next } = pageOf(all, ({ id = '' }) => id, position, limit);
    return { items, position: next };
  },

  UpdateRequestValidator({ restApiId, requestValidatorId, patchOperations }, { state, call }) {
    new Violations().operations(patchOperations, 'updateRequestValidatorInput').refuse();
    const { api, validator } = requireValidator(state, call, restApiId, requestValidatorId);
    const changed = patched(validator, patchOperations, rules, listing(rules));
    saveApi(state, { ...api, validators: { ...api.validators, [validator.id ?? '']: changed } });
    return changed;
  },

  DeleteRequestValidator({ restApiId, requestValidatorId }, { state, call }) {
    const { api, validator } = requireValidator(state, call, restApiId, requestValidatorId);
    for (const resource of Object.values(api.resources)) {
      for (const [name, method] of Object.entries(resource.methods)) {
        if (method.requestValidatorId !== validator.id) continue;
        throw conflict(
          `Cannot delete request validator '${validator.id}', is referenced in method request: ${pathOf(api, resource)}/${name}`,
        );
      }
    }
    saveApi(state, { ...api, validators: without(api.validators, validator.id ?? '') });
    return {};
  },
};

const rules: Rules<RequestValidator> = {
  '/name': {
    ops: ['replace'],
    apply(validator, { value }) {
      if (!value) throw badRequest('Request Validator name cannot be blank');
      return { ...validator, name: value };
    },
  },
  '/validateRequestParameters': flag('validateRequestParameters'),
  '/validateRequestBody': flag('validateRequestBody'),
};

/** @throws NotFoundException, the same one for an unknown API */
function requireValidator(state: ApiGatewayState, scope: Scope, restApiId?: string, id?: string) {
  const api = findApi(state, scope, restApiId);
  const validator = entry(api?.validators, id);
  if (!api || !validator) throw notFound('Invalid Request Validator identifier specified');
  return { api, validator };
}
