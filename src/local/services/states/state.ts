// The collections of Step Functions, their keys, and the executions that run.
import { type Scope, scopePrefix } from '../../call.ts';
import { partitionOf } from '../../partition.ts';
import type { ServiceHost } from '../../service.ts';
import { cached } from '../../store/cached.ts';
import type { Collection } from '../../store/store.ts';
import { invalidArn, noExecution, noMachine } from './errors.ts';
import type {
  ActivityRecord,
  AliasRecord,
  EventRecord,
  ExecutionRecord,
  Frame,
  MachineRecord,
  TokenRecord,
  VersionRecord,
} from './records.ts';

/** An execution of this process that has not ended. */
export interface Running {
  readonly record: ExecutionRecord;
  abort(details: { error?: string; cause?: string }): void;
  /** Stops in this process; a later one continues. */
  suspend(): void;
  /** Removes its frames. */
  forget(): void;
  /** Calls `ended` when it ends. */
  onEnd(ended: () => void): void;
}

export interface StatesState {
  readonly host: ServiceHost;
  /** Keys: `account/region/name`. */
  readonly machines: Collection<MachineRecord>;
  /** Keys: `account/region/name/number`. */
  readonly versions: Collection<VersionRecord>;
  /** Keys: `account/region/name/alias`. */
  readonly aliases: Collection<AliasRecord>;
  readonly activities: Collection<ActivityRecord>;
  /** Keys: `account/region/machine/name`. */
  readonly executions: Collection<ExecutionRecord>;
  /** Keys: `KEY OF THE EXECUTION/0000000001`. */
  readonly history: Collection<EventRecord>;
  /** Keys: `KEY OF THE EXECUTION/PATH`. */
  readonly frames: Collection<Frame>;
  /** Keys: the tokens. */
  readonly tokens: Collection<TokenRecord>;
  /** The executions of this process that have not ended, by their keys. */
  readonly running: Map<string, Running>;
}

export const createStatesState = (host: ServiceHost): StatesState => ({
  host,
  machines: cached(host.store.collection<MachineRecord>('states.machines')),
  versions: host.store.collection<VersionRecord>('states.versions'),
  aliases: host.store.collection<AliasRecord>('states.aliases'),
  activities: host.store.collection<ActivityRecord>('states.activities'),
  executions: host.store.collection<ExecutionRecord>('states.executions'),
  history: host.store.collection<EventRecord>('states.history'),
  frames: host.store.collection<Frame>('states.frames'),
  tokens: host.store.collection<TokenRecord>('states.tokens'),
  running: new Map(),
});

export const machineKey = (scope: Scope, name: string): string => scopePrefix(scope) + name;
export const executionKey = ({ account, region, machineName, name, type, arn }: ExecutionRecord): string =>
  `${machineKey({ account, region }, machineName)}/${name}${type === 'EXPRESS' ? `:${arn.split(':').at(-1)}` : ''}`;
export const eventKey = (execution: string, id: number): string =>
  `${execution}/${String(id).padStart(10, '0')}`;

const prefix = ({ account, region }: Scope): string =>
  `arn:${partitionOf(region)}:states:${region}:${account}:`;

export const machineArn = (scope: Scope, name: string): string => `${prefix(scope)}stateMachine:${name}`;
export const activityArn = (scope: Scope, name: string): string => `${prefix(scope)}activity:${name}`;
export const executionArn = (scope: Scope, machine: string, name: string): string =>
  `${prefix(scope)}execution:${machine}:${name}`;
export const expressArn = (scope: Scope, machine: string, name: string, id: string): string =>
  `${prefix(scope)}express:${machine}:${name}:${id}`;

export interface ParsedArn extends Scope {
  /** `stateMachine`, `execution`, `express`, `activity`, `mapRun` */
  readonly kind: string;
  readonly name: string;
  /** What follows the name: a version, an alias, the name of an execution. */
  readonly rest: string | undefined;
}

/** @throws InvalidArn for a text that does not begin as ARNs do; undefined for one of something else */
export function parseArn(arn: string): ParsedArn | undefined {
  if (!arn.startsWith('arn:')) throw invalidArn(`Invalid ARN prefix: ${arn}`);
  const [, , service, region = '', account = '', kind = '', name = '', ...rest] = arn.split(':');
  if (service !== 'states' || name === '') return undefined;
  return { account, region, kind, name, rest: rest.length === 0 ? undefined : rest.join(':') };
}

/** @throws StateMachineDoesNotExist, InvalidArn */
export function requireMachine(state: StatesState, arn: string): MachineRecord {
  const parsed = parseArn(arn);
  if (parsed && parsed.kind !== 'stateMachine') throw wrongKind(parsed.kind);
  const machine = parsed && state.machines.get(machineKey(parsed, parsed.name));
  if (!machine) throw noMachine(arn);
  return machine;
}

/** @throws ExecutionDoesNotExist, InvalidArn */
export function requireExecution(state: StatesState, arn: string): ExecutionRecord {
  const parsed = parseArn(arn);
  if (parsed && parsed.kind !== 'execution') throw wrongKind(parsed.kind);
  const key = parsed && `${machineKey(parsed, parsed.name)}/${parsed.rest}`;
  const record = key === undefined ? undefined : state.executions.get(key);
  if (!record) throw noExecution(arn);
  return record;
}

export const wrongKind = (kind: string) => invalidArn(`Resource type not valid in this context: ${kind}`);
