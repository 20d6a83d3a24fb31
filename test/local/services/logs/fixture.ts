// A logs service over a store in memory with a clock that the test sets, and calls of its operations by name.
import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import type { Call } from '../../../../src/local/call.ts';
import type { Faces } from '../../../../src/local/faces.ts';
import type { InputOf, OperationName, OutputOf } from '../../../../src/local/service.ts';
import { createLogsService } from '../../../../src/local/services/logs/service.ts';
import { logWriter } from '../../../../src/local/services/logs/writer.ts';
import { alone, asynchronous } from '../../composed.ts';
import { memoryStore } from './memory-store.ts';

type Sdk = typeof sdk;

export const call: Call = {
  account: '123456789012',
  region: 'eu-west-1',
  callerArn: 'arn:aws:iam::123456789012:user/test',
  callerId: 'AIDATEST',
  requestId: 'test',
  endpoint: 'http://127.0.0.1:1',
  signal: new AbortController().signal,
};

export const start = Date.UTC(2026, 0, 15);
export const day = 86_400_000;

/** By default every function may be invoked, and its events are discarded. */
export function logsFixture(
  memory = memoryStore(),
  faces: Partial<Faces> = { functions: { ...asynchronous, deliver() {}, accepts: () => true } },
) {
  const clock = { now: start };
  const service = alone(createLogsService, { store: memory.store, now: () => clock.now }, faces);
  const sink = logWriter(service.state);
  const run = async <Op extends OperationName<Sdk> & string>(
    operation: Op,
    input: InputOf<Sdk, Op>,
    as: Call = call,
  ): Promise<OutputOf<Sdk, Op>> => {
    const handler = service.handlers[operation];
    if (!handler) throw new Error(`no handler for ${operation}`);
    return handler(input, { call: as, state: service.state });
  };
  /** `name: message` of the operation's error. */
  const failure = <Op extends OperationName<Sdk> & string>(
    operation: Op,
    input: InputOf<Sdk, Op>,
  ): Promise<string> =>
    run(operation, input).then(
      () => 'no error',
      (error: Error) => `${error.name}: ${error.message}`,
    );
  return { ...memory, clock, service, sink, run, failure };
}
