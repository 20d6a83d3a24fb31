// Answers of API Gateway itself, worded as the gateway responses of the API say.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
import type { HeaderLine } from '../../../protocols/protocol.ts';
import { defaultTemplates, gatewayResponse } from '../definition/gateway-response-types.ts';
import type { Definition } from '../records.ts';
import type { GatewayError } from './gateway-error.ts';
import type { EndpointAnswer } from './proxy-answer.ts';

/** The value of an expression like `method.request.header.Accept`, `context.stage` or `'text'`. */
export type Evaluate = (expression: string) => string | undefined;

/** `definition` is undefined when no stage answers at the address. */
export function gatewayAnswer(
  error: GatewayError,
  definition: Pick<Definition, 'gatewayResponses'> | undefined,
  evaluate: Evaluate,
): EndpointAnswer {
  const response = gatewayResponse(definition ?? { gatewayResponses: {} }, error.type);
  const { statusCode, responseParameters = {}, responseTemplates = {} } = response;
  const usual = gatewayResponse({ gatewayResponses: {} }, error.type).statusCode;
  const status = statusCode === undefined || statusCode === usual ? error.status : Number(statusCode);
  const [type, template] = templateOf(responseTemplates);
  const fields: HeaderLine[] = [
    ['Content-Type', type],
    ['x-amzn-ErrorType', error.errorType],
  ];
  for (const [name, expression] of Object.entries(responseParameters)) {
    const header = /^gatewayresponse\.header\.(.+)$/.exec(name)?.[1];
    const value = header === undefined ? undefined : evaluate(expression);
    if (header !== undefined && value !== undefined) fields.push([header, value]);
  }
  const isDefault = template === defaultTemplates['application/json'];
  return { status, fields, body: isDefault ? usualBody(error) : rendered(template, error, evaluate) };
}

function templateOf(templates: Readonly<Record<string, string>>): [type: string, template: string] {
  const type = 'application/json' in templates ? 'application/json' : Object.keys(templates)[0];
  return type === undefined ? ['application/json', ''] : [type, templates[type] ?? ''];
}

/** Refusals before the integration is called are compact. */
const compact = new Set([
  'MISSING_AUTHENTICATION_TOKEN',
  'INVALID_API_KEY',
  'INVALID_SIGNATURE',
  'UNAUTHORIZED',
  'AUTHORIZER_CONFIGURATION_ERROR',
  'AUTHORIZER_FAILURE',
  'THROTTLED',
  'QUOTA_EXCEEDED',
  'REQUEST_TOO_LARGE',
]);

function usualBody({ type, text }: GatewayError): string {
  if (type === 'ACCESS_DENIED') return JSON.stringify({ Message: text });
  const message = JSON.stringify(text);
  return compact.has(type) ? `{"message":${message}}` : `{"message": ${message}}`;
}

/** Only references are replaced: gateway responses know no other template language. */
function rendered(template: string, error: GatewayError, evaluate: Evaluate): string {
  const facts: Record<string, string> = {
    'error.message': error.text ?? '',
    'error.messageString': JSON.stringify(error.text),
    'error.responseType': error.type,
    'error.validationErrorString': error.validation ?? '',
  };
  return template.replace(
    /\$(?:\{)?(context|stageVariables|method\.request)\.([\w.-]*[\w-])\}?/g,
    (_, root: string, path: string) =>
      (root === 'context' ? facts[path] : undefined) ?? evaluate(`${root}.${path}`) ?? '',
  );
}
