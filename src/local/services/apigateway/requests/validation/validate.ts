// Request validators: required parameters, and bodies that fit their model.
import { entry } from '../../state.ts';
import { mappedValue } from '../expressions.ts';
import { badBody, badParameters } from '../gateway-error.ts';
import type { RestRequest } from '../rest-request.ts';
import { violationOf } from './json-schema.ts';

/** @throws GatewayError */
export function validate(request: RestRequest): void {
  const validator = entry(request.definition.validators, request.method.requestValidatorId);
  if (validator?.validateRequestParameters) checkParameters(request);
  if (validator?.validateRequestBody) checkBody(request);
}

function checkParameters(request: RestRequest): void {
  const required = Object.entries(request.method.requestParameters ?? {}).filter(([, needed]) => needed);
  const missing = required
    .map(([expression]) => expression)
    .sort()
    .filter((expression) => mappedValue(request, expression) === undefined)
    .map((expression) => expression.split('.').slice(3).join('.'));
  if (missing.length > 0) throw badParameters(`Missing required request parameters: [${missing.join(', ')}]`);
}

function checkBody(request: RestRequest): void {
  const { method, definition, body, api } = request;
  const models = method.requestModels ?? {};
  const name = models['application/json'] ?? models.$default ?? 'Empty';
  const schema = schemaIn(entry(definition.models, name)?.schema);
  if (schema === undefined) return;
  const text = body.toString();
  let value: unknown;
  try {
    // A missing body counts as an empty object.
    value = text === '' ? {} : JSON.parse(text);
  } catch {
    throw badBody('Invalid JSON');
  }
  const violation = violationOf(value, schema, {
    root: schema,
    find(reference) {
      const model = new RegExp(`/restapis/${api.id}/models/([^/]+)$`).exec(reference)?.[1];
      return schemaIn(entry(definition.models, model)?.schema);
    },
  });
  if (violation !== undefined) throw badBody(`[${violation}]`);
}

function schemaIn(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
