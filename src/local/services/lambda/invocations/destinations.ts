// The messages about a finished asynchronous invocation, for the function's destinations and dead-letter queue.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html

import { arnOf } from '../state.ts';
import type { AsyncEvent, Condition, Ran } from './async-queue.ts';

export interface Targets {
  readonly onSuccess?: string;
  readonly onFailure?: string;
  /** The older setting: receives the event itself, with the error in its attributes. */
  readonly deadLetter?: string;
}

export interface Delivery {
  readonly target: string;
  readonly body: unknown;
  readonly attributes?: Record<string, string>;
}

/** The targets of the messages, and their content. */
export function deliveries(
  event: AsyncEvent,
  condition: Condition,
  last: Ran | undefined,
  { onSuccess, onFailure, deadLetter }: Targets,
): Delivery[] {
  if (condition === 'Success') {
    return onSuccess ? [{ target: onSuccess, body: invocationRecord(event, condition, last) }] : [];
  }
  const found: Delivery[] = [];
  if (onFailure) found.push({ target: onFailure, body: invocationRecord(event, condition, last) });
  if (deadLetter) {
    const answer = last && parsed(last.payload);
    const ErrorMessage = (answer as { errorMessage?: string } | undefined)?.errorMessage ?? '';
    found.push({
      target: deadLetter,
      body: parsed(event.payload),
      attributes: { RequestID: event.requestId, ErrorCode: '200', ErrorMessage },
    });
  }
  return found;
}

function invocationRecord(event: AsyncEvent, condition: Condition, last: Ran | undefined): object {
  const { requestId, qualifier = '$LATEST', failures } = event;
  return {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId,
      functionArn: `${arnOf(event)}:${qualifier}`,
      condition,
      approximateInvokeCount: condition === 'Success' ? failures + 1 : failures,
    },
    requestPayload: parsed(event.payload),
    ...(last
      ? {
          responseContext: {
            statusCode: 200,
            executedVersion: last.version,
            ...(last.failed ? { functionError: 'Unhandled' } : {}),
          },
          responsePayload: parsed(last.payload),
        }
      : {}),
  };
}

function parsed(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes).toString();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
