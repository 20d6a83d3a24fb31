// A REST API from an OpenAPI document: alone, or over what the API has already.
import type { Authorizer, GatewayResponseType, Model } from '@aws-sdk/client-api-gateway';
import { ownResponse } from '../definition/gateway-response-types.ts';
import { addedResource } from '../definition/resources.ts';
import { newId } from '../ids.ts';
import type { ApiRecord, ResourceRecord } from '../records.ts';
import { type Json, objectIn, prefixOf, schemasOf, securitySchemesOf, textIn, textsIn } from './document.ts';
import { methodOf } from './operations.ts';

/** `keeps`: what the API has stays, unless the document says otherwise. @throws BadRequestException for a bad path */
export function imported(
  before: ApiRecord,
  document: Json,
  { basePath, keeps }: { basePath: string | undefined; keeps: boolean },
): ApiRecord {
  const info = objectIn(document.info);
  const emptied: ApiRecord = keeps ? before : withoutDefinition(before);
  const api: ApiRecord = {
    ...emptied,
    name: textIn(info.title) ?? before.name,
    version: textIn(info.version) ?? emptied.version,
    description: textIn(info.description) ?? emptied.description,
    ...settingsOf(emptied, document),
    models: { ...emptied.models, ...modelsOf(before.id, document) },
    authorizers: { ...emptied.authorizers, ...authorizersOf(document) },
    validators: { ...emptied.validators, ...validatorsOf(document) },
    gatewayResponses: { ...emptied.gatewayResponses, ...gatewayResponsesOf(document) },
  };
  return withPaths(api, document, prefixOf(document, basePath));
}

function withoutDefinition(api: ApiRecord): ApiRecord {
  const root = { id: api.rootResourceId, methods: {} };
  return {
    ...api,
    description: undefined,
    version: undefined,
    binaryMediaTypes: undefined,
    minimumCompressionSize: undefined,
    policy: undefined,
    resources: { [root.id]: root },
    models: {},
    authorizers: {},
    validators: {},
    gatewayResponses: {},
  };
}

function settingsOf(api: ApiRecord, document: Json): Partial<ApiRecord> {
  const binary = document['x-amazon-apigateway-binary-media-types'];
  const added = Array.isArray(binary) ? binary.map(String) : [];
  const types = [...new Set([...(api.binaryMediaTypes ?? []), ...added])];
  const size = document['x-amazon-apigateway-minimum-compression-size'];
  const source = textIn(document['x-amazon-apigateway-api-key-source'])?.toUpperCase();
  const policy = document['x-amazon-apigateway-policy'];
  return {
    binaryMediaTypes: types.length > 0 ? types : undefined,
    minimumCompressionSize: typeof size === 'number' ? size : api.minimumCompressionSize,
    apiKeySource: source === 'AUTHORIZER' || source === 'HEADER' ? source : api.apiKeySource,
    policy: policy === undefined ? api.policy : JSON.stringify(policy),
  };
}

/** References lead to the models of the API. */
function modelsOf(apiId: string, document: Json): Record<string, Model> {
  const models = Object.entries(schemasOf(document)).map(([name, schema]) => {
    const text = JSON.stringify(schema).replace(
      /"#\/(?:definitions|components\/schemas)\/([^"]+)"/g,
      (_, model: string) => `"https://apigateway.amazonaws.com/restapis/${apiId}/models/${model}"`,
    );
    const description = textIn(objectIn(schema).description);
    return [
      name,
      { id: newId(6), name, description, schema: text, contentType: 'application/json' },
    ] as const;
  });
  return Object.fromEntries(models);
}

function authorizersOf(document: Json): Record<string, Authorizer> {
  const authorizers = Object.entries(securitySchemesOf(document)).flatMap(([name, value]) => {
    const scheme = objectIn(value);
    const given = objectIn(scheme['x-amazon-apigateway-authorizer']);
    const type = textIn(given.type)?.toUpperCase() as Authorizer['type'];
    if (type === undefined) return [];
    const header = textIn(scheme.name);
    const ttl = given.authorizerResultTtlInSeconds;
    const authorizer: Authorizer = {
      id: newId(6),
      name,
      type,
      providerARNs: Array.isArray(given.providerARNs) ? given.providerARNs.map(String) : undefined,
      authType: textIn(scheme['x-amazon-apigateway-authtype']) ?? 'custom',
      authorizerUri: textIn(given.authorizerUri),
      authorizerCredentials: textIn(given.authorizerCredentials),
      identitySource: textIn(given.identitySource) ?? (header && `method.request.header.${header}`),
      identityValidationExpression: textIn(given.identityValidationExpression),
      authorizerResultTtlInSeconds: typeof ttl === 'number' ? ttl : undefined,
    };
    return [[authorizer.id ?? '', authorizer] as const];
  });
  return Object.fromEntries(authorizers);
}

function validatorsOf(document: Json) {
  const given = Object.entries(objectIn(document['x-amazon-apigateway-request-validators']));
  const validators = given.map(([name, value]) => {
    const { validateRequestBody, validateRequestParameters } = objectIn(value);
    return {
      id: newId(6),
      name,
      validateRequestBody: validateRequestBody === true,
      validateRequestParameters: validateRequestParameters === true,
    };
  });
  return Object.fromEntries(validators.map((validator) => [validator.id, validator]));
}

function gatewayResponsesOf(document: Json) {
  const given = Object.entries(objectIn(document['x-amazon-apigateway-gateway-responses']));
  const responses = given.map(([type, value]) => {
    const { statusCode, responseParameters, responseTemplates } = objectIn(value);
    const settings = {
      statusCode: textIn(statusCode),
      responseParameters: textsIn(responseParameters),
      responseTemplates: textsIn(responseTemplates),
    };
    return [type, ownResponse(type as GatewayResponseType, settings)] as const;
  });
  return Object.fromEntries(responses);
}

const verbs = /^(get|put|post|delete|patch|options|head|x-amazon-apigateway-any-method)$/;

function withPaths(api: ApiRecord, document: Json, prefix: string): ApiRecord {
  const idsByName = (entries: Readonly<Record<string, { name?: string; id?: string }>>) =>
    Object.fromEntries(Object.values(entries).map(({ name = '', id = '' }) => [name, id]));
  const named = { authorizers: idsByName(api.authorizers), validators: idsByName(api.validators) };
  let result = api;
  for (const [path, value] of Object.entries(objectIn(document.paths))) {
    const item = objectIn(value);
    const [made, resource] = withResource(result, `${prefix}${path}`);
    const place = {
      document,
      path: `${prefix}${path}`,
      parameters: item.parameters,
      resourceId: resource.id,
    };
    const methods = Object.entries(item)
      .filter(([verb]) => verbs.test(verb))
      .map(([verb, operation]) => {
        const httpMethod = verb.startsWith('x-') ? 'ANY' : verb.toUpperCase();
        return [httpMethod, methodOf(httpMethod, objectIn(operation), place, named)] as const;
      });
    const changed = { ...resource, methods: { ...resource.methods, ...Object.fromEntries(methods) } };
    result = { ...made, resources: { ...made.resources, [resource.id]: changed } };
  }
  return result;
}

/** The resource at a path; what is missing on the way is made. */
function withResource(before: ApiRecord, path: string): [ApiRecord, ResourceRecord] {
  let api = before;
  let resource = api.resources[api.rootResourceId] as ResourceRecord;
  for (const part of path.split('/').filter(Boolean)) {
    const parent = resource;
    const found = Object.values(api.resources).find(
      ({ parentId, pathPart }) => parentId === parent.id && pathPart === part,
    );
    resource = found ?? addedResource(api, parent, part);
    api = { ...api, resources: { ...api.resources, [resource.id]: resource } };
  }
  return [api, resource];
}
