// `http`: a route of an HTTP API calls the function.
import * as z from 'zod';
import { pathProblem, routeKeyProblem, routeMethods } from '../apis/route-key.ts';
import { arnOf, fields, list, matching, oneOf, refuse, short, text, whole } from '../schema/checks.ts';
import { throttling } from '../schema/throttling.ts';

const route = text('METHOD /path, like GET /users/{id}, or $default').superRefine((value, context) => {
  const problem = routeKeyProblem(value);
  if (problem !== undefined) refuse(context, problem);
});

const nullable = <T extends z.ZodType>(schema: T) => schema.nullable().optional();

const texts = (allowed: string) => z.record(text(), text(), { error: allowed });

const long = fields({
  route: route.optional().describe('The route: METHOD /path, or $default. method and path say the same.'),
  method: oneOf(routeMethods).optional().meta({ description: 'Method of the requests.', default: 'ANY' }),
  path: text('a path such as /users/{id}, or $default')
    .optional()
    .describe(
      'Path of the requests: {id} stands for one part, {path+} at the end for all that is left. $default: all that no other route takes.',
    ),
  api: matching(
    /^([a-z0-9]{4,32}|arn:aws[\w-]*:execute-api:[\w-]+:\d{12}:[a-z0-9]+)$/,
    'the id of an HTTP API, or arn:aws:execute-api:REGION:ACCOUNT:ID',
  )
    .optional()
    .describe('An HTTP API that exists. Without it, the one of this project, which slsctl makes.'),
  authorizer: nullable(text('the name of an authorizer under api:, or iam')).describe(
    'Who may call it: an authorizer under api:, or iam for signed requests. null: everybody.',
  ),
  authorizationScopes: nullable(list(text('a scope'), 'a list of scopes')).describe(
    'Scopes of which a token must have one.',
  ),
  authorizationType: oneOf(['NONE', 'AWS_IAM', 'JWT', 'CUSTOM'])
    .optional()
    .describe('The same as authorizer, in the words of the API.'),
  authorizerId: matching(/^[a-z0-9]{4,32}$/, 'the id of an authorizer of the API')
    .optional()
    .describe('An authorizer that the API has.'),
  operationName: nullable(short(64)).describe('Name of the operation.'),
  throttling: nullable(throttling).describe('Limits of this route. Only in the API of this project.'),
  payloadFormatVersion: oneOf(['1.0', '2.0'])
    .optional()
    .meta({ description: 'Format of the event and of the answer.', default: '2.0' }),
  timeoutInMillis: whole({ min: 50, max: 30_000 }, 'milliseconds')
    .optional()
    .meta({ description: 'After this time the caller gets 503.', default: 30_000 }),
  requestParameters: nullable(texts('a map such as { append:header.x: $request.path }')).describe(
    'Changes the request before the function gets it.',
  ),
  responseParameters: nullable(
    z.record(
      matching(/^[1-5]\d\d$/, 'a status code, in quotes'),
      texts('a map such as { append:header.x: $context.requestId }'),
      { error: 'a map of status codes to their changes' },
    ),
  ).describe('Changes the answer, by its status code.'),
  credentialsArn: nullable(arnOf('iam')).describe(
    'A role by which API Gateway calls the function, in place of the permission that slsctl adds.',
  ),
}).superRefine((entry, context) => {
  const { route: key, method, path, api } = entry;
  if (key === undefined && path === undefined) {
    refuse(context, 'names no route; write path: /users, or $default');
  }
  if (key !== undefined && path !== undefined) refuse(context, 'goes without route', ['path']);
  if (key !== undefined && method !== undefined) refuse(context, 'goes without route', ['method']);
  if (path === '$default' && method !== undefined) refuse(context, 'goes without path: $default', ['method']);
  if (path !== undefined && path !== '$default') {
    const problem = pathProblem(path);
    if (problem !== undefined) refuse(context, problem.replace(/^has the path/, 'is'), ['path']);
  }
  if (entry.authorizer !== undefined && (entry.authorizationType ?? entry.authorizerId) !== undefined) {
    refuse(context, 'goes without authorizationType and authorizerId', ['authorizer']);
  }
  const { authorizationType: type, authorizerId } = entry;
  const needsId = type === 'JWT' || type === 'CUSTOM';
  if (needsId && authorizerId === undefined) {
    refuse(context, `is ${type}, which needs authorizerId`, ['authorizationType']);
  }
  if (!needsId && authorizerId !== undefined) {
    refuse(context, 'needs authorizationType: JWT or CUSTOM', ['authorizerId']);
  }
  if (api !== undefined && entry.throttling) {
    refuse(context, 'goes without api: the limits of an existing API are set by its owner', ['throttling']);
  }
});

export const http = z
  .union([route, long], { error: 'a route such as GET /users/{id}, or { method, path, … }' })
  .meta({
    description:
      'A route of an HTTP API calls the function. slsctl makes one API for the project and stage, with the stage $default, which deploys by itself; its settings are under api: at the top level. Routes of others stay.',
    examples: [
      'GET /users/{id}',
      { method: 'POST', path: '/users', authorizer: 'iam', timeoutInMillis: 5000 },
    ],
  });
