// Synchronous invocations by other services: function URLs, APIs, authorizers, state machines.
import { randomUUID } from 'node:crypto';
import type { InvocationRefusal, InvocationResult, SynchronousInvocation } from '../../../faces.ts';
import type { Outcome } from '../../../runtime/function-spec.ts';
import { isRefusal, ServiceError } from '../../../service-error.ts';
import type { LambdaState } from '../state.ts';
import { invokeFor } from './invoke.ts';
import { permitted } from './permitted.ts';
import type { Parts } from './response-stream.ts';

export async function invokeSynchronously(
  state: LambdaState,
  functionArn: string,
  { event, source, requestId = randomUUID(), traceId, stream }: SynchronousInvocation,
): Promise<InvocationResult> {
  try {
    const { account, region } = permitted(state, functionArn, source);
    const caller = { account, region, requestId, traceId };
    const { version, outcome, parts } = invokeFor(state, caller, functionArn, event);
    const executed = { requestId, version };
    return stream
      ? { ...executed, ...(await streamedResult(parts())) }
      : { ...executed, ...resultOf(await outcome()) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { result: 'refused', reason: reasonOf(error as Error), error: error as Error };
  }
}

function resultOf({ payload, failed, timedOut = false }: Outcome) {
  return failed
    ? ({ result: 'failed', payload, timedOut } as const)
    : ({ result: 'answered', payload } as const);
}

/** The first part decides: a function that fails before it has sent one has failed. */
async function streamedResult(parts: Parts) {
  const taken = parts.take();
  const first = await taken.next();
  if (first.done) return resultOf(first.value);
  const { type } = parts;
  return { result: 'streamed', parts: startingWith(first.value, taken), type } as const;
}

async function* startingWith(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array, Outcome>,
): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

function reasonOf(error: Error): InvocationRefusal {
  const code = error instanceof ServiceError ? error.code : error.name;
  switch (code) {
    case 'ResourceNotFoundException':
      return 'missing';
    case 'AccessDeniedException':
      return 'forbidden';
    case 'TooManyRequestsException':
      return 'throttled';
    case 'RequestEntityTooLargeException':
      return 'too large';
    default:
      return 'not ready';
  }
}
