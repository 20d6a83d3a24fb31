// AWS with a function: the event is the mapped body, and the answer is mapped, too.
import type { Integration } from '@aws-sdk/client-api-gateway';
import { functionIn } from '../../definition/integration-uris.ts';
import type { ApiGatewayState } from '../../state.ts';
import { withStageVariables } from '../expressions.ts';
import { misconfigured } from '../gateway-error.ts';
import { invokeFunction, sourceArnOf } from '../invoke-function.ts';
import type { EndpointAnswer } from '../proxy-answer.ts';
import type { RestRequest } from '../rest-request.ts';
import { mappedRequest } from './mapped-request.ts';
import { type BackendAnswer, mappedResponse } from './mapped-response.ts';

/** @throws GatewayError */
export async function lambda(
  state: ApiGatewayState,
  request: RestRequest,
  integration: Integration,
): Promise<EndpointAnswer> {
  const functionArn = functionIn(withStageVariables(integration.uri ?? '', request));
  if (functionArn === undefined || integration.httpMethod !== 'POST') throw misconfigured();
  const { body, context, headers } = mappedRequest(request, integration);
  const event = eventIn(body.toString());
  const isAsynchronous = Object.entries(headers).some(
    ([name, value]) => name.toLowerCase() === 'x-amz-invocation-type' && value === 'Event',
  );
  const answer = isAsynchronous
    ? queued(state, request, functionArn, event)
    : await invoked(state, request, integration, functionArn, { event, text: body.toString() });
  return mappedResponse(request, integration, answer, context);
}

/** @throws GatewayError for a body that is not JSON: Lambda refuses it */
function eventIn(body: string): unknown {
  try {
    return body === '' ? {} : JSON.parse(body);
  } catch {
    throw misconfigured();
  }
}

async function invoked(
  state: ApiGatewayState,
  request: RestRequest,
  { credentials }: Integration,
  functionArn: string,
  sent: { readonly event: unknown; readonly text: string },
): Promise<BackendAnswer> {
  const answer = await invokeFunction(state, request, functionArn, { ...sent, credentials });
  if (answer.result === 'streamed') throw misconfigured();
  const body = Buffer.from(answer.payload);
  // Patterns see the message of an error, and not the status.
  return { selector: messageIn(body), fields: [['Content-Type', 'application/json']], body };
}

function queued(
  state: ApiGatewayState,
  request: RestRequest,
  functionArn: string,
  event: unknown,
): BackendAnswer {
  const source = {
    principal: 'apigateway.amazonaws.com',
    sourceArn: sourceArnOf(request),
    sourceAccount: request.api.account,
  };
  try {
    state.host.face('functions').deliver(functionArn, event, source);
  } catch {
    throw misconfigured();
  }
  return { selector: '', fields: [], body: Buffer.alloc(0) };
}

function messageIn(body: Buffer): string {
  try {
    const { errorMessage } = JSON.parse(body.toString()) ?? {};
    return typeof errorMessage === 'string' ? errorMessage : '';
  } catch {
    return '';
  }
}
