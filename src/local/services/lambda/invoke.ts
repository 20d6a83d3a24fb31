// Invocations: answered, queued, or only checked.
import { setTimeout as sleep } from 'node:timers/promises';
import type * as sdk from '@aws-sdk/client-lambda';
import { InvalidRequestContentException } from '@aws-sdk/client-lambda';
import type { FunctionSpec, Invocation, Outcome } from '../../runtime/function-spec.ts';
import type { Call, Handlers } from '../../service.ts';
import { accountConcurrency } from './concurrency.ts';
import { loggingConfig } from './configuration.ts';
import { notFound, tooLarge, tooMany } from './faults.ts';
import { findFunction, parseReference, type Reference } from './references.ts';
import { type FunctionRecord, keyOf, type LambdaState } from './state.ts';
import { refuseBusy } from './updates.ts';

/** Bytes. */
const largestPayload = 6_291_456;
const largestResponse = 6_291_556;
/** Bytes of log that a caller may ask for. */
const logResultSize = 4096;
/** Milliseconds before the second and the third attempt of an asynchronous invocation. */
const retryPauses = [60_000, 120_000];

export const invocations: Handlers<typeof sdk, LambdaState> = {
  async Invoke(input, { state, call }) {
    const { FunctionName, Qualifier, InvocationType = 'RequestResponse', LogType } = input;
    const reference = parseReference(FunctionName, call, Qualifier);
    const record = findInvoked(state, call, reference);
    const payload = checkedPayload(input.Payload as Uint8Array | undefined);
    if (InvocationType === 'DryRun') return { StatusCode: 204 };
    if (record.transition?.kind === 'create') refuseBusy(record);
    checkConcurrency(state, call, record);
    const { qualifier, arn } = reference;
    const invocation: Invocation = {
      requestId: call.requestId,
      payload,
      invokedArn: qualifier === undefined ? arn : `${arn}:${qualifier}`,
      clientContext: input.ClientContext && Buffer.from(input.ClientContext, 'base64').toString(),
    };
    if (InvocationType === 'Event') {
      void attempts(state, call, reference, invocation);
      return { StatusCode: 202 };
    }
    const outcome = await state.pool.invoke(specOf(state, record), invocation);
    const answer = outcome.payload.length > largestResponse ? tooLargeAnswer : outcome;
    return {
      StatusCode: 200,
      ExecutedVersion: record.version,
      Payload: answer.payload as never,
      ...(answer.failed ? { FunctionError: 'Unhandled' } : {}),
      ...(LogType === 'Tail' ? { LogResult: tail(outcome.log) } : {}),
    };
  },
};

const tooLargeAnswer: Pick<Outcome, 'payload' | 'failed'> = {
  failed: true,
  payload: Buffer.from(
    JSON.stringify({
      errorMessage: `Response payload size exceeded maximum allowed payload size (${largestResponse} bytes).`,
      errorType: 'Function.ResponseSizeTooLarge',
    }),
  ),
};

function findInvoked(state: LambdaState, call: Call, reference: Reference): FunctionRecord {
  const { name, qualifier, arn } = reference;
  // Where nothing is named, an invocation means $LATEST and says so.
  if (!state.functions.get(keyOf(call, name)))
    throw notFound(`Function not found: ${arn}:${qualifier ?? '$LATEST'}`);
  return findFunction(state, call, reference);
}

function checkedPayload(payload: Uint8Array | undefined): Uint8Array {
  if (payload === undefined || payload.length === 0) return Buffer.from('{}');
  if (payload.length > largestPayload) {
    throw tooLarge(`Request must be smaller than ${largestPayload} bytes for the InvokeFunction operation`);
  }
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    return payload;
  } catch (error) {
    throw new InvalidRequestContentException({
      message: `Could not parse request body into json: Could not parse payload into json: ${(error as Error).message}`,
      Type: 'User',
      $metadata: {},
    });
  }
}

function checkConcurrency(state: LambdaState, call: Call, { name }: FunctionRecord): void {
  const limit = state.functions.get(keyOf(call, name))?.reservedConcurrency;
  const running = state.pool.running(call.account, call.region, name);
  if (running < (limit ?? accountConcurrency)) return;
  throw tooMany(
    'Rate Exceeded.',
    limit === undefined
      ? 'ConcurrentInvocationLimitExceeded'
      : 'ReservedFunctionConcurrentInvocationLimitExceeded',
  );
}

/** An asynchronous invocation: twice again when the function fails, as long as the function is there. */
async function attempts(
  state: LambdaState,
  call: Call,
  reference: Reference,
  invocation: Invocation,
): Promise<void> {
  for (const pause of [0, ...retryPauses]) {
    if (pause > 0) await sleep(pause, undefined, { ref: false });
    try {
      const record = findFunction(state, call, reference);
      const { failed } = await state.pool.invoke(specOf(state, record), invocation);
      if (!failed) return;
    } catch {
      return;
    }
  }
}

/** What the runtime needs to run this record. */
function specOf(state: LambdaState, record: FunctionRecord): FunctionSpec {
  const { settings, name, version, account, region, code, lastModified } = record;
  const role = settings.Role ?? '';
  const logging = loggingConfig(settings.LoggingConfig, name);
  return {
    revision: `${code.sha256} ${lastModified}`,
    account,
    region,
    name,
    version,
    runtime: settings.Runtime ?? '',
    handler: settings.Handler ?? '',
    memorySize: settings.MemorySize ?? 128,
    timeout: settings.Timeout ?? 3,
    variables: settings.Environment?.Variables ?? {},
    codeDir: state.code.files(code),
    logGroup: logging.LogGroup as string,
    logging: {
      format: logging.LogFormat ?? 'Text',
      applicationLevel: logging.ApplicationLogLevel,
      systemLevel: logging.SystemLogLevel,
    },
    ephemeralStorage: settings.EphemeralStorage?.Size,
    credentials: () => state.host.roles.session(role, name),
  };
}

function tail(log: string): string {
  return Buffer.from(log).subarray(-logResultSize).toString('base64');
}
