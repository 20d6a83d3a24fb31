// Passes a request on to the integration of its method.
import type { ApiGatewayState } from '../state.ts';
import { misconfigured } from './gateway-error.ts';
import { lambdaProxy } from './lambda-proxy.ts';
import type { EndpointAnswer } from './proxy-answer.ts';
import { remappedFields } from './response-headers.ts';
import type { RestRequest } from './rest-request.ts';

/** @throws GatewayError */
export async function integrate(
  state: ApiGatewayState,
  request: RestRequest,
  _signal: AbortSignal,
): Promise<EndpointAnswer> {
  switch (request.method.methodIntegration?.type) {
    case 'AWS_PROXY': {
      const answer = await lambdaProxy(state, request);
      return { ...answer, fields: remappedFields(answer.fields) };
    }
    default:
      throw misconfigured();
  }
}
