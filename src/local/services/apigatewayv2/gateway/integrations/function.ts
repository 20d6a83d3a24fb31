// Integrations of functions: the event, the invocation within its time, and the answer.
import { noticeOnce } from '../../../../notices.ts';
import type { WireAnswer } from '../../../../protocols/protocol.ts';
import { functionIn } from '../../control/integration-checks.ts';
import type { HttpApisState } from '../../state.ts';
import { answerOf1, answerOf2 } from '../answers.ts';
import { event1 } from '../event-1.ts';
import { event2 } from '../event-2.ts';
import { executeArn, type Passage } from '../passage.ts';
import { internalError, tooLarge, unavailable } from '../refusals.ts';
import { callFunction } from '../source.ts';
import { within } from '../within.ts';

export async function callIntegration(state: HttpApisState, passage: Passage): Promise<WireAnswer> {
  const { route, served, traceId, notes } = passage;
  const { integration } = route;
  const functionArn = functionIn(withVariables(integration?.IntegrationUri, served.stage.variables));
  if (!integration || functionArn === undefined) return internalError();
  const isNew = integration.PayloadFormatVersion === '2.0';
  const call = {
    functionArn,
    event: isNew ? event2(passage) : event1(passage),
    traceId,
    sourceArns: sourceArns(passage),
    role: integration.CredentialsArn,
  };
  const limit = integration.TimeoutInMillis ?? 30_000;
  const invoked = await within(limit, callFunction(state, served, call));
  if (invoked === undefined) {
    notes.integrationError = 'Endpoint request timed out';
    return unavailable();
  }
  if (invoked.result !== 'refused') notes.integrationRequestId = invoked.requestId;
  switch (invoked.result) {
    case 'answered': {
      notes.integrationStatus = 200;
      const answer = isNew ? answerOf2(invoked.payload) : answerOf1(invoked.payload);
      if (!answer) notes.integrationError = 'The response of the function is not an HTTP response';
      return answer ?? internalError();
    }
    case 'failed':
      notes.integrationStatus = 200;
      notes.integrationError = Buffer.from(invoked.payload).toString();
      return internalError();
    case 'refused':
      notes.integrationError = invoked.error.message;
      if (invoked.reason === 'throttled') return unavailable();
      if (invoked.reason === 'too large') return tooLarge();
      noticeOnce(
        `The route ${route.record.RouteKey} of the API ${served.api.id} cannot call its function: ${invoked.error.message}`,
      );
      return internalError();
    default:
      return internalError();
  }
}

/** `${stageVariables.name}` in a URI. */
export function withVariables(uri = '', variables: Readonly<Record<string, string>>): string {
  return uri.replace(/\$\{stageVariables\.(\w+)\}/g, (_all, name: string) => variables[name] ?? '');
}

/**
 * The policy of the function names the key of the route. For a route of all methods it may name the method of the
 * request, too.
 */
function sourceArns(passage: Passage): string[] {
  const { key } = passage.route;
  if (!key) return [executeArn(passage, '$default')];
  const methods = key.method === 'ANY' ? ['ANY', passage.request.method] : [key.method];
  return methods.map((method) => executeArn(passage, `${method}${key.path}`));
}
