// The answers of API Gateway itself, by type, and their defaults.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
import type { GatewayResponse, GatewayResponseType } from '@aws-sdk/client-api-gateway';
import type { Definition } from '../records.ts';

/** In AWS's order. The defaults of all others have no status. */
const defaultStatus: Readonly<Record<GatewayResponseType, string | undefined>> = {
  REQUEST_TOO_LARGE: '413',
  RESOURCE_NOT_FOUND: '404',
  AUTHORIZER_CONFIGURATION_ERROR: '500',
  MISSING_AUTHENTICATION_TOKEN: '403',
  BAD_REQUEST_BODY: '400',
  INVALID_SIGNATURE: '403',
  INVALID_API_KEY: '403',
  BAD_REQUEST_PARAMETERS: '400',
  AUTHORIZER_FAILURE: '500',
  UNAUTHORIZED: '401',
  INTEGRATION_TIMEOUT: '504',
  ACCESS_DENIED: '403',
  DEFAULT_4XX: undefined,
  DEFAULT_5XX: undefined,
  WAF_FILTERED: '403',
  QUOTA_EXCEEDED: '429',
  THROTTLED: '429',
  API_CONFIGURATION_ERROR: '500',
  UNSUPPORTED_MEDIA_TYPE: '415',
  INTEGRATION_FAILURE: '504',
  EXPIRED_TOKEN: '403',
};

export const responseTypes = Object.keys(defaultStatus) as GatewayResponseType[];

export const defaultTemplates = { 'application/json': '{"message":$context.error.messageString}' };

/** The settings of a response: its own, those of DEFAULT_4XX or DEFAULT_5XX, or AWS's. */
export function gatewayResponse(
  { gatewayResponses }: Pick<Definition, 'gatewayResponses'>,
  responseType: GatewayResponseType,
): GatewayResponse {
  const own = gatewayResponses[responseType];
  if (own) return own;
  const statusCode = defaultStatus[responseType];
  const general = statusCode
    ? gatewayResponses[statusCode < '500' ? 'DEFAULT_4XX' : 'DEFAULT_5XX']
    : undefined;
  return {
    responseType,
    statusCode: general?.statusCode ?? statusCode,
    responseParameters: general?.responseParameters ?? {},
    responseTemplates: general?.responseTemplates ?? { ...defaultTemplates },
    defaultResponse: true,
  };
}

/** A response that the user has set; what it leaves out has AWS's defaults. */
export const ownResponse = (
  responseType: GatewayResponseType,
  settings: Pick<GatewayResponse, 'statusCode' | 'responseParameters' | 'responseTemplates'>,
): GatewayResponse => ({
  responseType,
  statusCode: settings.statusCode ?? defaultStatus[responseType],
  responseParameters: settings.responseParameters ?? {},
  responseTemplates: settings.responseTemplates ?? { ...defaultTemplates },
  defaultResponse: false,
});
