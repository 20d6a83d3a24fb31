// Starts executions.
import { randomUUID } from 'node:crypto';
import type { Scope } from '../../../call.ts';
import { syntaxProblem } from '../../../states-language/validation/json-syntax.ts';
import { executionExists, invalidInput, unsatisfied } from '../errors.ts';
import { checkName } from '../machines/checks.ts';
import { machineFrom, type Qualified } from '../machines/qualified.ts';
import type { ExecutionRecord } from '../records.ts';
import { MachineExecution } from '../run/execution.ts';
import { executionArn, expressArn, machineKey, type StatesState } from '../state.ts';

export interface Request {
  readonly stateMachineArn: string;
  readonly name?: string | undefined;
  readonly input?: string | undefined;
  readonly trace?: string | undefined;
}

let started = 0;

/** The largest input, in bytes. */
const largestInput = 262_144;

/** Runs it once this turn has ended. An identical request answers the same execution. @throws as StartExecution does */
export function start(state: StatesState, scope: Scope, request: Request): ExecutionRecord {
  const machine = machineFrom(state, request.stateMachineArn);
  const { name = randomUUID(), input = '{}', trace } = request;
  checkName(name);
  checkInput(input);
  if (machine.type === 'STANDARD') {
    const existing = state.executions.get(`${machineKey(scope, machine.name)}/${name}`);
    if (existing) {
      if (existing.status === 'RUNNING' && existing.input === input) return existing;
      throw executionExists(existing.arn);
    }
  }
  const execution = new MachineExecution(state, recordOf(state, scope, machine, name, input, trace));
  execution.begin();
  setImmediate(() => void execution.run());
  return execution.record;
}

function recordOf(
  state: StatesState,
  scope: Scope,
  machine: Qualified,
  name: string,
  input: string,
  trace: string | undefined,
): ExecutionRecord {
  const { versionArn, aliasArn, revision } = machine;
  const arn =
    machine.type === 'EXPRESS'
      ? expressArn(scope, machine.name, name, randomUUID())
      : executionArn(scope, machine.name, name);
  return {
    account: scope.account,
    region: scope.region,
    arn,
    name,
    machineName: machine.name,
    machineArn: machine.machineArn,
    ...(versionArn === undefined ? {} : { versionArn }),
    ...(aliasArn === undefined ? {} : { aliasArn }),
    type: machine.type,
    definition: machine.definition,
    roleArn: machine.roleArn,
    logging: machine.logging,
    tracing: machine.tracing,
    updated: machine.updated,
    ...(revision === undefined ? {} : { revision }),
    input,
    ...(trace === undefined ? {} : { trace }),
    started: state.host.now(),
    order: started++,
    status: 'RUNNING',
  };
}

/** @throws InvalidExecutionInput, ValidationException */
function checkInput(input: string): void {
  if (input.trim() === '') throw invalidInput('Invalid execution input.');
  if (Buffer.byteLength(input) > largestInput) {
    throw unsatisfied(input.slice(0, 100), 'input', `have length less than or equal to ${largestInput}`);
  }
  try {
    JSON.parse(input);
  } catch {
    throw invalidInput(syntaxProblem(input).message);
  }
}
