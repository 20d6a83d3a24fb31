// The response of an integration: which one it is, mapped headers, and the body by its template.
import type { Integration, IntegrationResponse } from '@aws-sdk/client-api-gateway';
import type { HeaderLine } from '../../../../protocols/protocol.ts';
import { readPath } from '../../json-path.ts';
import { headerValues, mappedValue, textOf } from '../expressions.ts';
import { misconfigured } from '../gateway-error.ts';
import { isBinary } from '../media-types.ts';
import type { EndpointAnswer } from '../proxy-answer.ts';
import type { RestRequest } from '../rest-request.ts';
import { decoded, rendered, type TemplateContext } from './mapped-request.ts';

export interface BackendAnswer {
  /** The status, or the error message of a function: patterns are compared with it. */
  readonly selector: string;
  readonly fields: readonly HeaderLine[];
  readonly body: Buffer;
}

/** @throws GatewayError */
export function mappedResponse(
  request: RestRequest,
  integration: Integration,
  answer: BackendAnswer,
  context: TemplateContext,
): EndpointAnswer {
  const response = select(integration, answer.selector);
  const [type, template] = responseTemplate(request, response);
  const converted = convertedBody(request, response, answer);
  const body = template === undefined ? converted : rendered(request, template, converted, context);
  const { header, status } = context.responseOverride;
  const fields: HeaderLine[] = [
    ...mappedHeaders(request, response, answer),
    ...Object.entries(header).map(([name, value]) => [name, textOf(value) ?? ''] as const),
  ];
  const typed = fields.some(([name]) => name.toLowerCase() === 'content-type');
  const isStatus = typeof status === 'number' && Number.isInteger(status) && status >= 100 && status < 600;
  return {
    status: isStatus ? status : Number(response.statusCode),
    fields: typed ? fields : [['Content-Type', type], ...fields],
    body,
  };
}

/** The response whose pattern fits, or the default one. @throws GatewayError when there is neither */
function select({ integrationResponses = {} }: Integration, selector: string): IntegrationResponse {
  const responses = Object.values(integrationResponses);
  const fits = ({ selectionPattern }: IntegrationResponse) =>
    selectionPattern ? new RegExp(`^(?:${selectionPattern})$`).test(selector) : false;
  const found = responses.find(fits) ?? responses.find(({ selectionPattern }) => !selectionPattern);
  if (!found) {
    throw misconfigured(
      `No match for output mapping and no default output mapping configured. Endpoint Response Status Code: ${selector}`,
    );
  }
  return found;
}

/** The template for what the client accepts, else that for JSON, else the first. */
function responseTemplate(
  request: RestRequest,
  { responseTemplates = {} }: IntegrationResponse,
): [type: string, template: string | undefined] {
  const accepted = headerValues(request, 'accept').at(-1) ?? '';
  const types = [accepted, 'application/json', ...Object.keys(responseTemplates)];
  const type = types.find((one) => responseTemplates[one]);
  return type === undefined ? ['application/json', undefined] : [type, responseTemplates[type]];
}

function convertedBody(
  request: RestRequest,
  { contentHandling }: IntegrationResponse,
  { fields, body }: BackendAnswer,
): string | Buffer {
  const { binaryMediaTypes } = request.definition;
  const type = fields.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const accepts = isBinary(headerValues(request, 'accept').at(-1), binaryMediaTypes);
  const asText = contentHandling === 'CONVERT_TO_TEXT' || (!contentHandling && !accepts);
  if (isBinary(type, binaryMediaTypes)) return asText ? body.toString('base64') : body;
  return asText ? body.toString() : decoded(body.toString());
}

function mappedHeaders(
  request: RestRequest,
  { responseParameters = {} }: IntegrationResponse,
  answer: BackendAnswer,
): HeaderLine[] {
  return Object.entries(responseParameters).flatMap(([target, expression]) => {
    const name = /^method\.response\.header\.(.+)$/.exec(target)?.[1];
    const value = name === undefined ? undefined : answerValue(request, answer, expression);
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
}

function answerValue(
  request: RestRequest,
  { fields, body }: BackendAnswer,
  expression: string,
): string | undefined {
  const [, part, name = ''] =
    /^integration\.response\.(header|multivalueheader|body)\.?(.*)$/s.exec(expression) ?? [];
  if (part === undefined) return mappedValue(request, expression);
  if (part === 'body') {
    if (name === '') return body.toString();
    try {
      return textOf(readPath(JSON.parse(body.toString()), name));
    } catch {
      return undefined;
    }
  }
  const values = headerValues({ fields }, name);
  return part === 'header' ? values.at(-1) : values.join(',') || undefined;
}
