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

/** A record for a destination, or the event itself for the dead-letter queue. */
export type Delivery =
  | {
      readonly kind: 'record';
      readonly target: string;
      readonly record: InvocationRecord;
      /** AWSTraceHeader, for queues. */
      readonly trace: string | undefined;
    }
  | { readonly kind: 'letter'; readonly target: string; readonly letter: DeadLetter };

export interface InvocationRecord {
  readonly version: '1.0';
  /** ISO 8601. */
  readonly timestamp: string;
  readonly requestContext: {
    readonly requestId: string;
    /** With its qualifier. */
    readonly functionArn: string;
    readonly condition: Condition;
    readonly approximateInvokeCount: number;
  };
  readonly requestPayload: unknown;
  readonly responseContext?: object;
  readonly responsePayload?: unknown;
}

export interface DeadLetter {
  /** The event as it was sent. */
  readonly text: string;
  readonly requestId: string;
  /** The first kilobyte; empty when the function did not run. */
  readonly errorMessage: string;
}

const longestMessage = 1024;

/** The targets of the messages, and their content. */
export function deliveries(
  event: AsyncEvent,
  condition: Condition,
  last: Ran | undefined,
  { onSuccess, onFailure, deadLetter }: Targets,
): Delivery[] {
  const found: Delivery[] = [];
  const target = condition === 'Success' ? onSuccess : onFailure;
  if (target) {
    const record = invocationRecord(event, condition, last);
    found.push({ kind: 'record', target, record, trace: event.traceId });
  }
  if (deadLetter && condition !== 'Success') {
    const answer = last && (parsed(last.payload) as { errorMessage?: unknown } | null);
    const message = Buffer.from(String(answer?.errorMessage ?? ''));
    // A character that is cut in half is left out.
    const errorMessage = message
      .subarray(0, longestMessage)
      .toString()
      .replace(/\ufffd$/, '');
    const text = Buffer.from(event.payload).toString();
    found.push({
      kind: 'letter',
      target: deadLetter,
      letter: { text, requestId: event.requestId, errorMessage },
    });
  }
  return found;
}

function invocationRecord(event: AsyncEvent, condition: Condition, last: Ran | undefined): InvocationRecord {
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
