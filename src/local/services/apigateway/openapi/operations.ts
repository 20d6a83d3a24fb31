// The methods and integrations that OpenAPI operations describe.
import type { Integration, IntegrationResponse, Method, MethodResponse } from '@aws-sdk/client-api-gateway';
import { type Json, modelIn, objectIn, securitySchemesOf, textIn, textsIn } from './document.ts';

/** What methods refer to, by name. */
export interface Named {
  /** Ids of authorizers. */
  readonly authorizers: Readonly<Record<string, string>>;
  /** Ids of request validators. */
  readonly validators: Readonly<Record<string, string>>;
}

export interface Place {
  readonly document: Json;
  readonly path: string;
  /** The parameters of all operations at the path. */
  readonly parameters: unknown;
  readonly resourceId: string;
}

export function methodOf(httpMethod: string, operation: Json, place: Place, named: Named): Method {
  const { document } = place;
  const parameters = [...listIn(place.parameters), ...listIn(operation.parameters)].map(objectIn);
  const validator = textIn(
    operation['x-amazon-apigateway-request-validator'] ?? document['x-amazon-apigateway-request-validator'],
  );
  return {
    httpMethod,
    ...callersOf(operation, document, named),
    requestValidatorId: validator === undefined ? undefined : named.validators[validator],
    operationName: textIn(operation.operationId),
    requestParameters: requestParametersOf(parameters, place.path),
    requestModels: requestModelsOf(operation, document, parameters),
    methodResponses: methodResponsesOf(operation, document),
    methodIntegration: integrationOf(operation['x-amazon-apigateway-integration'], place.resourceId),
  };
}

const listIn = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const filled = <T>(entries: readonly (readonly [string, T])[]): Record<string, T> | undefined =>
  entries.length > 0 ? Object.fromEntries(entries) : undefined;

/** The authorization: of the operation, or of the whole document. */
function callersOf(operation: Json, document: Json, { authorizers }: Named): Partial<Method> {
  const schemes = securitySchemesOf(document);
  const iam = /^aws_?iam$/i.test(textIn(objectIn(operation['x-amazon-apigateway-auth']).type) ?? '');
  let callers: Partial<Method> = {
    apiKeyRequired: false,
    authorizationType: iam ? 'AWS_IAM' : 'NONE',
  };
  for (const requirement of listIn(operation.security ?? document.security)) {
    for (const [name, scopes] of Object.entries(objectIn(requirement))) {
      const scheme = objectIn(schemes[name]);
      const authorizerId = authorizers[name];
      const authType = textIn(scheme['x-amazon-apigateway-authtype']) ?? '';
      if (authorizerId !== undefined) {
        const type = objectIn(scheme['x-amazon-apigateway-authorizer']).type;
        const authorizationType = type === 'cognito_user_pools' ? 'COGNITO_USER_POOLS' : 'CUSTOM';
        const authorizationScopes = listIn(scopes).map(String);
        callers = { ...callers, authorizationType, authorizerId };
        if (authorizationScopes.length > 0) callers = { ...callers, authorizationScopes };
      } else if (/^awsSigv4$/i.test(authType)) callers = { ...callers, authorizationType: 'AWS_IAM' };
      else if (scheme.type === 'apiKey' && /^x-api-key$/i.test(textIn(scheme.name) ?? '')) {
        callers = { ...callers, apiKeyRequired: true };
      }
    }
  }
  return callers;
}

const places: Readonly<Record<string, string>> = { query: 'querystring', header: 'header', path: 'path' };

/** The variables of the path are always required. */
function requestParametersOf(parameters: readonly Json[], path: string): Method['requestParameters'] {
  const declared = parameters.flatMap((parameter) => {
    const place = places[textIn(parameter.in) ?? ''];
    const required = parameter.required === true || parameter.in === 'path';
    return place === undefined ? [] : [[`method.request.${place}.${parameter.name}`, required] as const];
  });
  const variables = [...path.matchAll(/\{([^}+]+)\+?\}/g)].map(
    ([, name]) => [`method.request.path.${name}`, true] as const,
  );
  return filled([...variables, ...declared]);
}

function requestModelsOf(
  operation: Json,
  document: Json,
  parameters: readonly Json[],
): Method['requestModels'] {
  const content = Object.entries(objectIn(objectIn(operation.requestBody).content)).map(
    ([type, media]) => [type, modelIn(objectIn(media).schema)] as const,
  );
  const body = parameters.find((parameter) => parameter.in === 'body');
  const model = modelIn(body?.schema);
  const types = typesIn(operation.consumes ?? document.consumes);
  const all = [...content, ...types.map((type) => [type, model] as const)];
  return filled(all.flatMap(([type, name]) => (name === undefined ? [] : [[type, name] as const])));
}

const typesIn = (value: unknown): string[] => {
  const types = listIn(value).map(String);
  return types.length > 0 ? types : ['application/json'];
};

function methodResponsesOf(operation: Json, document: Json): Method['methodResponses'] {
  const responses = Object.entries(objectIn(operation.responses)).filter(([status]) =>
    /^[1-5]\d\d$/.test(status),
  );
  return filled(
    responses.map(([statusCode, response]) => {
      const { headers, content, schema } = objectIn(response);
      const parameters = Object.keys(objectIn(headers)).map(
        (name) => [`method.response.header.${name}`, false] as const,
      );
      const media = Object.entries(objectIn(content)).map(
        ([type, value]) => [type, modelIn(objectIn(value).schema)] as const,
      );
      const model = modelIn(schema);
      const produced = typesIn(operation.produces ?? document.produces).map((type) => [type, model] as const);
      const models = [...media, ...produced].flatMap(([type, name]) =>
        name === undefined ? [] : [[type, name] as const],
      );
      const shown: MethodResponse = {
        statusCode,
        responseParameters: filled(parameters),
        responseModels: filled(models),
      };
      return [statusCode, shown] as const;
    }),
  );
}

function integrationOf(value: unknown, resourceId: string): Integration | undefined {
  const given = objectIn(value);
  const type = textIn(given.type)?.toUpperCase() as Integration['type'];
  if (type === undefined) return undefined;
  const isHttp = type === 'HTTP' || type === 'HTTP_PROXY';
  const upper = (member: string) => textIn(given[member])?.toUpperCase();
  const address = type === 'MOCK' ? {} : { httpMethod: upper('httpMethod'), uri: textIn(given.uri) };
  return {
    type,
    ...address,
    connectionType: (upper('connectionType') ??
      (isHttp ? 'INTERNET' : undefined)) as Integration['connectionType'],
    connectionId: textIn(given.connectionId),
    credentials: textIn(given.credentials),
    requestParameters: textsIn(given.requestParameters),
    requestTemplates: textsIn(given.requestTemplates),
    passthroughBehavior: upper('passthroughBehavior') ?? 'WHEN_NO_MATCH',
    contentHandling: upper('contentHandling') as Integration['contentHandling'],
    timeoutInMillis: typeof given.timeoutInMillis === 'number' ? given.timeoutInMillis : 29_000,
    cacheNamespace: textIn(given.cacheNamespace) ?? resourceId,
    cacheKeyParameters: listIn(given.cacheKeyParameters).map(String),
    responseTransferMode: upper('responseTransferMode') as Integration['responseTransferMode'],
    integrationResponses: responsesOf(given.responses),
  };
}

/** By pattern; `default` is the response without one. */
function responsesOf(value: unknown): Integration['integrationResponses'] {
  return filled(
    Object.entries(objectIn(value)).map(([pattern, given]) => {
      const response = objectIn(given);
      const statusCode = textIn(response.statusCode) ?? '200';
      const shown: IntegrationResponse = {
        statusCode,
        selectionPattern: pattern === 'default' ? undefined : pattern,
        responseParameters: textsIn(response.responseParameters),
        responseTemplates: textsIn(response.responseTemplates),
        contentHandling: textIn(
          response.contentHandling,
        )?.toUpperCase() as IntegrationResponse['contentHandling'],
      };
      return [statusCode, shown] as const;
    }),
  );
}
