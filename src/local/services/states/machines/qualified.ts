// What an ARN of a state machine means: the machine, one of its versions, or an alias.
import { noMachine } from '../errors.ts';
import type { AliasRecord, MachineRecord, VersionRecord } from '../records.ts';
import { machineKey, parseArn, requireMachine, type StatesState, wrongKind } from '../state.ts';

export type Qualified = Pick<
  MachineRecord,
  'arn' | 'name' | 'definition' | 'roleArn' | 'type' | 'logging' | 'tracing' | 'created' | 'revision'
> & {
  readonly updated: number;
  readonly machineArn: string;
  readonly versionArn?: string;
  readonly aliasArn?: string;
  /** The description of a version. */
  readonly description?: string;
};

/** The machine, or a version of it. @throws StateMachineDoesNotExist, InvalidArn */
export function machineFrom(state: StatesState, arn: string): Qualified {
  const parsed = parseArn(arn);
  if (parsed?.rest === undefined || parsed.kind !== 'stateMachine') {
    const machine = requireMachine(state, arn);
    return { ...machine, machineArn: machine.arn };
  }
  const key = `${machineKey(parsed, parsed.name)}/${parsed.rest}`;
  const version = state.versions.get(key);
  if (version) return ofVersion(arn, version);
  const alias = state.aliases.get(key);
  if (!alias) throw noMachine(arn);
  const chosen = state.versions.get(versionKey(chosenRoute(alias)));
  if (!chosen) throw noMachine(arn);
  return { ...ofVersion(chosen.arn, chosen), aliasArn: arn };
}

function ofVersion(arn: string, version: VersionRecord): Qualified {
  const machineArn = arn.split(':').slice(0, 7).join(':');
  return { ...version, updated: version.created, machineArn, versionArn: version.arn };
}

/** One of the versions of an alias, by their weights. */
function chosenRoute({ routes }: AliasRecord): string {
  let point = Math.random() * 100;
  for (const { version, weight } of routes) {
    if (point < weight) return version;
    point -= weight;
  }
  return routes[0]?.version ?? '';
}

/** The key of a version by its ARN. */
export function versionKey(arn: string): string {
  const parsed = parseArn(arn);
  if (!parsed) throw noMachine(arn);
  if (parsed.kind !== 'stateMachine') throw wrongKind(parsed.kind);
  return `${machineKey(parsed, parsed.name)}/${parsed.rest}`;
}
