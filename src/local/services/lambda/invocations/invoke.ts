// Invocations: synchronous, streamed, queued, or a dry run.

import type * as sdk from '@aws-sdk/client-lambda';
import { InvalidRequestContentException } from '@aws-sdk/client-lambda';
import type { Call, Scope } from '../../../call.ts';
import type { Invocation, Outcome } from '../../../runtime/function-spec.ts';
import type { Handlers } from '../../../service.ts';
import { hasFreeConcurrency } from '../concurrency/free.ts';
import { entityTooLarge, invalid, notFound, tooMany } from '../errors.ts';
import { specOf } from '../functions/specs.ts';
import { refuseBusy } from '../functions/updates.ts';
import type { FunctionRecord } from '../records.ts';
import { parseReference, type Reference, resolveInvoked } from '../references.ts';
import { keyOf, type LambdaState, settled } from '../state.ts';
import { Violations } from '../violations.ts';
import { jsonFault } from './event-json.ts';
import { countInvocation, countThrottle } from './metrics.ts';
import { logTail, Parts, streamed } from './response-stream.ts';

/** The limits of a request in bytes: synchronous, and queued. */
const largestPayload = 6_291_456;
const largestEvent = 1_048_576;
/** The limit of a function's answer in bytes. */
const largestResponse = 6_291_556;

interface Request {
  readonly FunctionName: string | undefined;
  readonly Qualifier?: string;
  readonly ClientContext?: string;
  readonly TenantId?: string;
  readonly InvocationType?: string;
  readonly LogType?: string;
}

export const invocations: Handlers<typeof sdk, LambdaState> = {
  async Invoke(input, { state, call }) {
    const { InvocationType = 'RequestResponse', LogType } = input;
    const bytes = input.Payload as Uint8Array | undefined;
    const check = () => checkedPayload(bytes, InvocationType === 'Event');
    const { reference, record, latest, payload } = invoked(state, call, input, check);
    if (InvocationType === 'DryRun') return { StatusCode: 204 };
    if (InvocationType === 'Event') {
      enqueue(state, call, reference, payload, input);
      return { StatusCode: 202 };
    }
    checkConcurrency(state, latest, record, reference);
    const outcome = await run(state, record, reference, invocationOf(call, reference, payload, input));
    return {
      StatusCode: 200,
      ExecutedVersion: record.version,
      Payload: outcome.payload as never,
      ...(outcome.failed ? { FunctionError: 'Unhandled' } : {}),
      ...(LogType === 'Tail' ? { LogResult: logTail(outcome.log) } : {}),
    };
  },

  InvokeAsync({ FunctionName, InvokeArgs }, { state, call }) {
    const { reference, payload } = invoked(state, call, { FunctionName }, () =>
      checkedPayload(InvokeArgs as Uint8Array, true),
    );
    enqueue(state, call, reference, payload);
    return { Status: 202 };
  },

  async InvokeWithResponseStream(input, { state, call }) {
    const { InvocationType = 'RequestResponse', LogType } = input;
    const bytes = input.Payload as Uint8Array | undefined;
    const { reference, record, latest, payload } = invoked(state, call, input, () =>
      checkedPayload(bytes, false),
    );
    if (InvocationType === 'DryRun') return { StatusCode: 204 };
    checkConcurrency(state, latest, record, reference);
    const parts = runInParts(state, record, reference, invocationOf(call, reference, payload, input));
    return {
      StatusCode: 200,
      ExecutedVersion: record.version,
      EventStream: streamed(parts, LogType === 'Tail'),
    };
  },
};

async function run(
  state: LambdaState,
  record: FunctionRecord,
  { qualifier }: Reference,
  invocation: Invocation,
): Promise<Outcome> {
  const outcome = await state.pool.invoke(specOf(state, record), invocation);
  countInvocation(state, record, qualifier, outcome);
  return outcome.payload.length > largestResponse ? { ...outcome, ...tooLargeAnswer } : outcome;
}

function runInParts(
  state: LambdaState,
  record: FunctionRecord,
  { qualifier }: Reference,
  invocation: Invocation,
): Parts {
  const parts = new Parts();
  const spec = specOf(state, record);
  const onPart: Invocation['onPart'] = (part, type) => parts.push(part, type);
  void state.pool.invoke(spec, { ...invocation, onPart }).then((outcome) => {
    countInvocation(state, record, qualifier, outcome);
    parts.end(outcome);
  });
  return parts;
}

/**
 * An invocation by another service, which has checked its permission. `stream`: the result has parts.
 * @throws as Invoke does
 */
export function invokeFor(
  state: LambdaState,
  caller: Pick<Call, 'account' | 'region' | 'requestId' | 'traceId'>,
  functionArn: string,
  event: unknown,
): { readonly version: string; readonly outcome: () => Promise<Outcome>; readonly parts: () => Parts } {
  const named = { FunctionName: functionArn };
  const { reference, record, latest, payload } = invoked(state, caller, named, () => payloadOf(event, false));
  checkConcurrency(state, latest, record, reference);
  const invocation = invocationOf(caller, reference, payload, named);
  return {
    version: record.version,
    outcome: () => run(state, record, reference, invocation),
    parts: () => runInParts(state, record, reference, invocation),
  };
}

const tooLargeAnswer: Pick<Outcome, 'payload' | 'failed'> = {
  failed: true,
  payload: Buffer.from(
    JSON.stringify({
      errorMessage: `Response payload size exceeded maximum allowed payload size (${largestResponse} bytes).`,
      errorType: 'Function.ResponseSizeTooLarge',
    }),
  ),
};

interface Invoked {
  readonly reference: Reference;
  /** The version that runs. */
  readonly record: FunctionRecord;
  /** The record of the function, with the settings that apply to all its versions. */
  readonly latest: FunctionRecord;
  readonly payload: Uint8Array;
}

/** The version and payload of a request. @throws when it cannot be invoked */
function invoked(
  state: LambdaState,
  call: Scope,
  { FunctionName, Qualifier, InvocationType, LogType, TenantId }: Request,
  payloadOfRequest: () => Uint8Array,
): Invoked {
  new Violations()
    .oneOf(InvocationType, 'invocationType', ['Event', 'RequestResponse', 'DryRun'])
    .oneOf(LogType, 'logType', ['None', 'Tail'])
    .length(TenantId, 'tenantId', 256, 1)
    .pattern(TenantId, 'tenantId', '[a-zA-Z0-9\\._:\\/=+\\-@ ]+')
    .refuse();
  const reference = parseReference(FunctionName, call, Qualifier);
  const { name, qualifier = '$LATEST', arn } = reference;
  const latest = state.functions.get(keyOf(call, name));
  // Without a qualifier, an invocation means $LATEST and the message names it.
  if (!latest) throw notFound(`Function not found: ${arn}:${qualifier}`);
  const record = qualifier === '$LATEST' ? settled(latest) : resolveInvoked(state, call, reference).record;
  checkTenant(record, TenantId);
  const payload = payloadOfRequest();
  if (record.transition?.kind === 'create') refuseBusy(record);
  return { reference, record, latest, payload };
}

function checkTenant({ settings }: FunctionRecord, tenantId: string | undefined): void {
  const isolated = settings.TenancyConfig !== undefined;
  if (isolated === (tenantId !== undefined)) return;
  throw invalid(
    isolated
      ? 'The invoked function is enabled with tenancy configuration. Add a valid tenant ID in your request and try again.'
      : 'The invoked function is not enabled with tenancy configuration. Remove the tenant ID from your request and try again.',
  );
}

/** @throws InvalidRequestContentException, ServiceError when the payload is too large */
export function checkedPayload(payload: Uint8Array | undefined, queued: boolean): Uint8Array {
  if (payload === undefined || payload.length === 0) return Buffer.from('{}');
  checkSize(payload, queued);
  const fault = jsonFault(payload);
  if (fault === undefined) return payload;
  throw new InvalidRequestContentException({
    message: `Could not parse request body into json: Could not parse payload into json: ${fault}`,
    Type: 'User',
    $metadata: {},
  });
}

/** The payload of a value that another service sends. @throws ServiceError when it is too large */
export function payloadOf(value: unknown, queued: boolean): Uint8Array {
  const payload = Buffer.from(JSON.stringify(value));
  checkSize(payload, queued);
  return payload;
}

function checkSize({ length }: Uint8Array, queued: boolean): void {
  if (length > largestPayload) {
    throw entityTooLarge(
      `Request must be smaller than ${largestPayload} bytes for the InvokeFunction operation`,
    );
  }
  if (queued && length > largestEvent) {
    throw entityTooLarge(
      `${length} byte payload is too large for the Event invocation type (limit ${largestEvent} bytes)`,
    );
  }
}

function checkConcurrency(
  state: LambdaState,
  { reservedConcurrency }: FunctionRecord,
  record: FunctionRecord,
  { qualifier }: Reference,
): void {
  if (hasFreeConcurrency(state, record, reservedConcurrency)) return;
  countThrottle(state, record, qualifier);
  throw tooMany(
    'Rate Exceeded.',
    reservedConcurrency === undefined
      ? 'ConcurrentInvocationLimitExceeded'
      : 'ReservedFunctionConcurrentInvocationLimitExceeded',
  );
}

function invocationOf(
  { requestId, traceId }: Pick<Call, 'requestId' | 'traceId'>,
  { arn, qualifier }: Reference,
  payload: Uint8Array,
  { ClientContext, TenantId }: Request,
): Invocation {
  return {
    requestId,
    payload,
    invokedArn: qualifier === undefined ? arn : `${arn}:${qualifier}`,
    clientContext: decoded(ClientContext),
    tenantId: TenantId,
    traceId,
  };
}

function enqueue(
  state: LambdaState,
  { requestId, account, region, traceId }: Call,
  { name, qualifier }: Reference,
  payload: Uint8Array,
  { ClientContext, TenantId: tenantId }: Pick<Request, 'ClientContext' | 'TenantId'> = {},
): void {
  const clientContext = decoded(ClientContext);
  const scope = { account, region };
  state.queue.add({ requestId, ...scope, name, qualifier, payload, clientContext, tenantId, traceId });
}

/** The client context is sent in base64. */
function decoded(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, 'base64');
  if (jsonFault(bytes) === undefined) return bytes.toString();
  throw new InvalidRequestContentException({
    message: 'Client context must be a valid Base64-encoded JSON object.',
    Type: undefined,
    $metadata: {},
  });
}
