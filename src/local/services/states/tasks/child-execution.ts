// The executions that tasks start and wait for: startExecution.sync.
import { StateFailure } from '../../../states-language/failure.ts';
import type { Json } from '../../../states-language/json.ts';
import { executionKey, requireExecution, type StatesState } from '../state.ts';
import { fromText } from './integrations.ts';

export async function whenEnded(state: StatesState, arn: string): Promise<void> {
  const record = requireExecution(state, arn);
  const running = state.running.get(executionKey(record));
  if (record.status !== 'RUNNING') return;
  await new Promise<void>((resolve) => {
    if (running) running.onEnd(resolve);
    // It is resumed in a moment, as this one was.
    else setImmediate(() => whenEnded(state, arn).then(resolve, () => resolve()));
  });
}

/** The description of an ended execution as JSON. `json`: input and output as JSON, and not as texts. */
export function describeEnded(state: StatesState, arn: string, json: boolean): string {
  const record = requireExecution(state, arn);
  const shown = (text: string): Json => (json ? fromText(text) : text);
  const { cause, error, input, output, started, stopped = started } = record;
  const description = JSON.stringify({
    ...(cause === undefined ? {} : { Cause: cause }),
    ...(error === undefined ? {} : { Error: error }),
    ExecutionArn: arn,
    Input: shown(input),
    InputDetails: { Included: true },
    Name: record.name,
    ...(output === undefined ? {} : { Output: shown(output), OutputDetails: { Included: true } }),
    StartDate: started,
    StateMachineArn: record.machineArn,
    Status: record.status,
    StopDate: stopped,
  });
  if (record.status === 'SUCCEEDED') return description;
  throw new StateFailure('States.TaskFailed', description);
}
