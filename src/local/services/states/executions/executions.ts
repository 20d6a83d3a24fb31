// Executions: start, stop, describe, list.
import type * as sdk from '@aws-sdk/client-sfn';
import type { Call } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { page } from '../../pages.ts';
import { invalid, unsatisfied, wrongType } from '../errors.ts';
import { checkToken, limitOf } from '../machines/checks.ts';
import { machineFrom } from '../machines/qualified.ts';
import type { ExecutionRecord } from '../records.ts';
import { redriveOf } from '../run/redrive.ts';
import {
  executionKey,
  machineKey,
  parseArn,
  requireExecution,
  requireMachine,
  type StatesState,
} from '../state.ts';
import { start } from './start.ts';

const statuses = ['SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING'];

export const executions: Handlers<typeof sdk, StatesState> = {
  StartExecution({ stateMachineArn = '', name, input, traceHeader }, { state, call }) {
    const { arn, started } = start(state, call, {
      stateMachineArn,
      name,
      input,
      trace: traceHeader ?? call.traceId,
    });
    return { executionArn: arn, startDate: new Date(started) };
  },

  async StartSyncExecution({ stateMachineArn = '', name, input, traceHeader }, { state, call }) {
    if (machineFrom(state, stateMachineArn).type !== 'EXPRESS') throw wrongType();
    const record = start(state, call, { stateMachineArn, name, input, trace: traceHeader ?? call.traceId });
    return syncAnswer(await ended(state, record, call));
  },

  StopExecution({ executionArn = '', error, cause }, { state }) {
    const record = requireExecution(state, executionArn);
    const details = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
    if (record.status === 'RUNNING') state.running.get(executionKey(record))?.abort(details);
    const { stopped = state.host.now() } = requireExecution(state, executionArn);
    return { stopDate: new Date(stopped) };
  },

  DescribeExecution({ executionArn = '' }, { state }) {
    return described(requireExecution(state, executionArn));
  },

  DescribeStateMachineForExecution({ executionArn = '' }, { state }) {
    const record = requireExecution(state, executionArn);
    return {
      stateMachineArn: record.machineArn,
      name: record.machineName,
      definition: record.definition,
      roleArn: record.roleArn,
      updateDate: new Date(record.updated),
      loggingConfiguration: record.logging,
      tracingConfiguration: record.tracing,
      ...(record.revision === undefined ? {} : { revisionId: record.revision }),
    };
  },

  ListExecutions(input, { state, call }) {
    const { stateMachineArn = '', statusFilter, maxResults, nextToken } = input;
    if (statusFilter !== undefined && !statuses.includes(statusFilter)) {
      throw unsatisfied(statusFilter, 'statusFilter', `satisfy enum value set: [${statuses.join(', ')}]`);
    }
    checkToken(nextToken, 3096);
    const limit = limitOf(maxResults);
    const machine = requireMachine(state, stateMachineArn);
    if (machine.type === 'EXPRESS') throw wrongType();
    const qualified = parseArn(stateMachineArn)?.rest !== undefined;
    const all = Array.from(
      state.executions.entries(`${machineKey(call, machine.name)}/`),
      ([, record]) => record,
    )
      .filter(({ status }) => statusFilter === undefined || status === statusFilter)
      .filter(({ versionArn, aliasArn }) => !qualified || [versionArn, aliasArn].includes(stateMachineArn))
      .sort((a, b) => b.started - a.started || b.order - a.order);
    const { items, next } = page(
      all,
      ({ arn }) => arn,
      nextToken,
      limit,
      () => invalid('Invalid Token'),
    );
    return { executions: items.map(listed), ...(next === undefined ? {} : { nextToken: next }) };
  },
};

const qualifiers = ({ versionArn, aliasArn }: ExecutionRecord) => ({
  ...(versionArn === undefined ? {} : { stateMachineVersionArn: versionArn }),
  ...(aliasArn === undefined ? {} : { stateMachineAliasArn: aliasArn }),
});

const listed = (record: ExecutionRecord) => ({
  executionArn: record.arn,
  stateMachineArn: record.machineArn,
  name: record.name,
  status: record.status,
  startDate: new Date(record.started),
  ...(record.stopped === undefined ? {} : { stopDate: new Date(record.stopped) }),
  ...qualifiers(record),
  redriveCount: 0,
});

const result = ({ output, error, cause }: ExecutionRecord) => ({
  ...(output === undefined ? {} : { output, outputDetails: { included: true } }),
  ...(error === undefined ? {} : { error }),
  ...(cause === undefined ? {} : { cause }),
});

const described = (record: ExecutionRecord) => ({
  ...listed(record),
  input: record.input,
  inputDetails: { included: true },
  ...result(record),
  ...(record.trace === undefined ? {} : { traceHeader: record.trace }),
  ...redriveOf(record),
});

function ended(state: StatesState, record: ExecutionRecord, { signal }: Call): Promise<ExecutionRecord> {
  return new Promise((resolve, reject) => {
    const running = state.running.get(executionKey(record));
    running?.onEnd(() => resolve(running.record));
    signal.addEventListener('abort', () => reject(new Error('the client has disconnected')), { once: true });
  });
}

function syncAnswer(record: ExecutionRecord) {
  const { started, stopped = started, status, type: _, ...rest } = record;
  const billed = Math.max(100, Math.ceil((stopped - started) / 100) * 100);
  return {
    executionArn: rest.arn,
    stateMachineArn: rest.machineArn,
    name: rest.name,
    startDate: new Date(started),
    stopDate: new Date(stopped),
    status: status as 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT',
    input: rest.input,
    inputDetails: { included: true },
    ...result(record),
    outputDetails: { included: true },
    billingDetails: { billedMemoryUsedInMB: 64, billedDurationInMilliseconds: billed },
  };
}
