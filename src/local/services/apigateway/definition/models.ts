// Models: JSON schemas of bodies.
import type * as sdk from '@aws-sdk/client-api-gateway';
import type { Model } from '@aws-sdk/client-api-gateway';
import type { Scope } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { badRequest, conflict, notFound } from '../errors.ts';
import { newId } from '../ids.ts';
import { pageOf } from '../page.ts';
import { listing, patched, type Rules, text } from '../patches/patches.ts';
import type { ApiRecord } from '../records.ts';
import { type ApiGatewayState, entry, findApi, requireApi, saveApi, without } from '../state.ts';
import { Violations } from '../violations.ts';
import { pathOf } from './paths.ts';

export const models: Handlers<typeof sdk, ApiGatewayState> = {
  CreateModel({ restApiId, name = '', description, schema, contentType }, { state, call }) {
    const api = requireApi(state, call, restApiId);
    if (name === '') throw badRequest('Model name must be non-empty');
    if (!/^[a-zA-Z0-9]+$/.test(name)) throw badRequest(`Model name must be alphanumeric: ${name}`);
    if (entry(api.models, name)) throw conflict('Model name already exists for this REST API');
    const text = checkedSchema(schema);
    const model = { id: newId(6), name, description: description || undefined, schema: text, contentType };
    saveApi(state, { ...api, models: { ...api.models, [name]: model } });
    return model;
  },

  GetModel({ restApiId, modelName }, { state, call }) {
    return requireModel(state, call, restApiId, modelName).model;
  },

  GetModels({ restApiId, limit, position }, { state, call }) {
    const all = Object.values(requireApi(state, call, restApiId).models);
    const { items, next } = pageOf(all, ({ name = '' }) => name, position, limit);
    return { items, position: next };
  },

  UpdateModel({ restApiId, modelName, patchOperations }, { state, call }) {
    new Violations().operations(patchOperations, 'updateModelInput').refuse();
    const { api, model } = requireModel(state, call, restApiId, modelName);
    const changed = patched(model, patchOperations, rules, listing(rules));
    saveApi(state, { ...api, models: { ...api.models, [model.name ?? '']: changed } });
    return changed;
  },

  DeleteModel({ restApiId, modelName }, { state, call }) {
    const { api, model } = requireModel(state, call, restApiId, modelName);
    const name = model.name ?? '';
    const user = userOf(api, name);
    if (user) throw conflict(`Cannot delete model '${name}', is referenced in ${user}`);
    saveApi(state, { ...api, models: without(api.models, name) });
    return {};
  },
};

const rules: Rules<Model> = {
  '/description': text('description'),
  '/schema': { ops: ['replace'], apply: (model, { value }) => ({ ...model, schema: checkedSchema(value) }) },
};

/** @throws NotFoundException, the same one for an unknown API */
function requireModel(state: ApiGatewayState, scope: Scope, restApiId: string | undefined, name = '') {
  const api = findApi(state, scope, restApiId);
  const model = entry(api?.models, name);
  if (!api || !model) throw notFound(`Invalid model name specified: ${name}`);
  return { api, model };
}

/** @throws BadRequestException */
function checkedSchema(schema: string | undefined): string {
  if (!schema) throw badRequest('Model schema must have at least 1 property or array items defined');
  return schema;
}

/** The newest method that uses the model, as the error names it: `method request: /test/ANY`. */
function userOf(api: ApiRecord, model: string): string | undefined {
  for (const resource of Object.values(api.resources).reverse()) {
    for (const [name, { requestModels, methodResponses }] of Object.entries(resource.methods)) {
      const place = `${pathOf(api, resource)}/${name}`;
      if (Object.values(requestModels ?? {}).includes(model)) return `method request: ${place}`;
      const responses = Object.entries(methodResponses ?? {});
      const response = responses.find(([, { responseModels }]) =>
        Object.values(responseModels ?? {}).includes(model),
      );
      if (response) return `method response: ${place}/${response[0]}`;
    }
  }
  return undefined;
}
