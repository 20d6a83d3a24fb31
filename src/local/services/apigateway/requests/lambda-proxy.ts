// AWS_PROXY: the function gets the whole request, and its answer is the response.
import { functionIn } from '../definition/integration-uris.ts';
import type { ApiGatewayState } from '../state.ts';
import { headerValues, withStageVariables } from './expressions.ts';
import { badGateway, integrationFailed, misconfigured } from './gateway-error.ts';
import { invokeFunction } from './invoke-function.ts';
import { isBinary } from './media-types.ts';
import { type EndpointAnswer, proxyAnswer } from './proxy-answer.ts';
import { proxyEvent } from './proxy-event.ts';
import type { RestRequest } from './rest-request.ts';
import { streamedProxyAnswer } from './streamed-answer.ts';

/** @throws GatewayError */
export async function lambdaProxy(state: ApiGatewayState, request: RestRequest): Promise<EndpointAnswer> {
  const { httpMethod, uri = '', credentials, responseTransferMode } = request.method.methodIntegration ?? {};
  // Lambda takes no other method.
  if (httpMethod !== 'POST') throw integrationFailed();
  const functionArn = functionIn(withStageVariables(uri, request));
  if (functionArn === undefined) throw misconfigured();
  const stream = responseTransferMode === 'STREAM';
  const invoked = await invokeFunction(state, request, functionArn, {
    event: proxyEvent(request),
    credentials,
    stream,
  });
  if (invoked.result === 'failed') throw badGateway('Lambda execution failed due to customer function error');
  const accepts = headerValues(request, 'accept').at(-1);
  const binary = isBinary(accepts, request.definition.binaryMediaTypes);
  if (invoked.result === 'streamed') return streamedProxyAnswer(invoked.parts);
  return proxyAnswer(invoked.payload, binary);
}
