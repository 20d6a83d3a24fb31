// Passes a request on to the integration of its method.
import type { ApiGatewayState } from '../state.ts';
import { misconfigured } from './gateway-error.ts';
import { http, httpProxy } from './integrations/http.ts';
import { lambda } from './integrations/lambda.ts';
import { mappedParameters } from './integrations/mapped-request.ts';
import { mock } from './integrations/mock.ts';
import { lambdaProxy } from './lambda-proxy.ts';
import type { EndpointAnswer } from './proxy-answer.ts';
import { remappedFields } from './response-headers.ts';
import type { RestRequest } from './rest-request.ts';

/** @throws GatewayError */
export async function integrate(state: ApiGatewayState, request: RestRequest): Promise<EndpointAnswer> {
  const answer = await answerOf(state, request);
  return { ...answer, fields: remappedFields(answer.fields) };
}

async function answerOf(state: ApiGatewayState, request: RestRequest): Promise<EndpointAnswer> {
  const integration = request.method.methodIntegration;
  switch (integration?.type) {
    case 'AWS_PROXY':
      // The parameters are not used, and yet refused when they name a header that cannot be set.
      mappedParameters(request, integration);
      return lambdaProxy(state, request);
    case 'AWS':
      return lambda(state, request, integration);
    case 'HTTP':
      return http(request, integration);
    case 'HTTP_PROXY':
      return httpProxy(request, integration);
    case 'MOCK':
      return mock(request, integration);
    default:
      throw misconfigured();
  }
}
