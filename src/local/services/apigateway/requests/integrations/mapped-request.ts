// The request to an integration: mapped parameters, and the body by its template.
import type { Integration } from '@aws-sdk/client-api-gateway';
import { lastValues } from '../../../../http-events/parts.ts';
import { map } from '../../templates/mapping.ts';
import { TemplateError } from '../../templates/velocity.ts';
import { headerValues, mappedValue, withStageVariables } from '../expressions.ts';
import { misconfigured, unsupportedMediaType } from '../gateway-error.ts';
import { isBinary } from '../media-types.ts';
import { valuesByName } from '../proxy-event.ts';
import type { RestRequest } from '../rest-request.ts';

type Values = Record<string, string>;

/** The context of the templates of one request. They write into its overrides. */
export interface TemplateContext {
  readonly requestOverride: { readonly header: Values; readonly querystring: Values; readonly path: Values };
  readonly responseOverride: { readonly header: Values; readonly status: unknown };
}

export interface MappedRequest {
  readonly context: TemplateContext;
  readonly headers: Values;
  readonly querystring: Values;
  readonly path: Values;
  /** A text, unless it passes through as bytes. */
  readonly body: string | Buffer;
}

/** Headers that no mapping may set. */
const reserved = ['content-length', 'transfer-encoding', 'x-amzn-trace-id', 'x-amzn-apigateway-api-id'];
const reservedByAws = [...reserved, 'authorization', 'connection', 'expect', 'proxy-authenticate', 'te'];

/** The mapped parameters. @throws GatewayError when one is a header that cannot be set */
export function mappedParameters(request: RestRequest, { type, requestParameters = {} }: Integration) {
  const parts = { header: {} as Values, querystring: {} as Values, path: {} as Values };
  const refused = type === 'AWS' || type === 'AWS_PROXY' ? reservedByAws : reserved;
  for (const [target, expression] of Object.entries(requestParameters)) {
    const [, part, name = ''] = /^integration\.request\.(header|querystring|path)\.(.+)$/.exec(target) ?? [];
    if (part === undefined) continue;
    const value = mappedValue(request, expression);
    if (part === 'header' && refused.includes(name.toLowerCase())) throw misconfigured();
    if (value !== undefined) parts[part as 'header'][name] = value;
  }
  return parts;
}

/** @throws GatewayError */
export function mappedRequest(request: RestRequest, integration: Integration): MappedRequest {
  const mapped = mappedParameters(request, integration);
  const context = {
    ...structuredClone(request.context),
    requestOverride: { header: {}, querystring: {}, path: {} },
    responseOverride: { header: {}, status: 0 },
  };
  const template = requestTemplate(request, integration);
  const converted = convertedBody(request, integration);
  const body = template === undefined ? converted : rendered(request, template, converted, context);
  const { header, querystring, path } = context.requestOverride;
  return {
    context,
    headers: { ...mapped.header, ...header },
    querystring: { ...mapped.querystring, ...querystring },
    path: { ...mapped.path, ...path },
    body,
  };
}

/** undefined: the body passes through. @throws GatewayError when it may not */
function requestTemplate(
  request: RestRequest,
  { requestTemplates = {}, passthroughBehavior }: Integration,
): string | undefined {
  const type = headerValues(request, 'content-type').at(-1) ?? 'application/json';
  const bare = type.split(';')[0]?.trim() ?? '';
  const template = requestTemplates[type] ?? requestTemplates[bare] ?? requestTemplates.$default;
  if (template) return template;
  const none = Object.keys(requestTemplates).length === 0;
  if (passthroughBehavior === 'NEVER' || (passthroughBehavior === 'WHEN_NO_TEMPLATES' && !none)) {
    throw unsupportedMediaType();
  }
  return undefined;
}

/** @throws GatewayError for a body that is to be binary, and is not base64 */
function convertedBody(request: RestRequest, { contentHandling }: Integration): string | Buffer {
  const { body, definition } = request;
  const type = headerValues(request, 'content-type').at(-1);
  if (isBinary(type, definition.binaryMediaTypes)) {
    return contentHandling === 'CONVERT_TO_TEXT' ? body.toString('base64') : body;
  }
  return contentHandling === 'CONVERT_TO_BINARY' ? decoded(body.toString()) : body.toString();
}

/** @throws GatewayError */
export function decoded(text: string): Buffer {
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text)) throw misconfigured();
  return Buffer.from(text, 'base64');
}

/** @throws GatewayError for a template that cannot be read, or a body that is not text */
export function rendered(
  request: RestRequest,
  template: string,
  body: string | Buffer,
  context: object,
): string {
  if (typeof body !== 'string') throw misconfigured();
  const { pathParameters, query, fields, stageVariables = {} } = request;
  const params = {
    path: pathParameters,
    querystring: lastValues(query),
    header: lastValues(valuesByName(fields)),
  };
  try {
    return map(template.trim(), { body, params, context, stageVariables });
  } catch (error) {
    if (error instanceof TemplateError) throw misconfigured();
    throw error;
  }
}

/** The address of an integration, with its path parameters and stage variables. */
export function addressOf(uri: string, path: Readonly<Values>, request: RestRequest): string {
  const filled = uri.replace(/(?<!\$)\{([^}]+)\}/g, (whole, name: string) => path[name] ?? whole);
  return withStageVariables(filled, request);
}
