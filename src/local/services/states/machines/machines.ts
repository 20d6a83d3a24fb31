// State machines: create, describe, update, list, delete.
import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-sfn';
import { type Scope, scopePrefix } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { check } from '../../../states-language/validation/validate.ts';
import { page } from '../../pages.ts';
import { invalid, machineExists, missingParameter, noMachine } from '../errors.ts';
import type { MachineRecord } from '../records.ts';
import { machineArn, machineKey, parseArn, requireMachine, type StatesState, wrongKind } from '../state.ts';
import { checkDefinition, checkName, checkRole, checkToken, limitOf, loggingOf } from './checks.ts';
import { machineFrom } from './qualified.ts';
import { tagsOf } from './tags.ts';
import { publish } from './versions.ts';

export const machines: Handlers<typeof sdk, StatesState> = {
  async CreateStateMachine(input, { state, call }) {
    const { name = '', definition = '', roleArn = '', type = 'STANDARD', versionDescription } = input;
    checkName(name);
    if (versionDescription !== undefined && !input.publish) {
      throw invalid('Version description can only be set when publish is true');
    }
    await checkDefinition(definition, type);
    const key = machineKey(call, name);
    const logging = loggingOf(input.loggingConfiguration);
    const tracing = { enabled: input.tracingConfiguration?.enabled ?? false };
    const tags = tagsOf(input.tags);
    const wanted = { definition, roleArn, type, logging, tracing };
    const existing = state.machines.get(key);
    if (existing) {
      if (!same(existing, wanted)) throw machineExists(existing.arn);
      const version = input.publish ? publish(state, call, existing, versionDescription) : undefined;
      return { ...created(existing), ...(version ? { stateMachineVersionArn: version.arn } : {}) };
    }
    checkRole(state, roleArn);
    const now = state.host.now();
    const machine = { ...wanted, name, arn: machineArn(call, name), created: now, updated: now, tags };
    state.machines.put(key, machine);
    const version = input.publish ? publish(state, call, machine, versionDescription) : undefined;
    return { ...created(machine), ...(version ? { stateMachineVersionArn: version.arn } : {}) };
  },

  DescribeStateMachine({ stateMachineArn = '' }, { state }) {
    return described(machineFrom(state, stateMachineArn));
  },

  async UpdateStateMachine(input, { state, call }) {
    const { stateMachineArn = '', definition, roleArn, loggingConfiguration, tracingConfiguration } = input;
    const parsed = parseArn(stateMachineArn);
    if (parsed?.rest !== undefined) throw noMachine(stateMachineArn);
    const machine = requireMachine(state, stateMachineArn);
    const nothing = [definition, roleArn, loggingConfiguration, tracingConfiguration].every(
      (given) => given === undefined,
    );
    if (nothing && !input.encryptionConfiguration) {
      throw missingParameter(
        'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
      );
    }
    if (input.versionDescription !== undefined && !input.publish) {
      throw invalid('Version description can only be set when publish is true');
    }
    if (definition !== undefined) await checkDefinition(definition, machine.type);
    if (roleArn !== undefined) checkRole(state, roleArn);
    const wanted = {
      type: machine.type,
      definition: definition ?? machine.definition,
      roleArn: roleArn ?? machine.roleArn,
      logging: loggingConfiguration ? loggingOf(loggingConfiguration) : machine.logging,
      tracing: tracingConfiguration ? { enabled: tracingConfiguration.enabled ?? false } : machine.tracing,
    };
    const changed = !same(machine, wanted);
    const updated: MachineRecord = {
      ...machine,
      ...wanted,
      ...(changed ? { revision: randomUUID() } : {}),
      updated: changed ? state.host.now() : machine.updated,
    };
    state.machines.put(machineKey(call, machine.name), updated);
    const version = input.publish ? publish(state, call, updated, input.versionDescription) : undefined;
    return {
      updateDate: new Date(state.host.now()),
      ...(updated.revision === undefined ? {} : { revisionId: updated.revision }),
      ...(version ? { stateMachineVersionArn: version.arn } : {}),
    };
  },

  ListStateMachines({ maxResults, nextToken }, { state, call }) {
    checkToken(nextToken, 1024);
    const all = Array.from(state.machines.entries(scopePrefix(call)), ([, machine]) => machine);
    const { items, next } = page(all, ({ name }) => name, nextToken, limitOf(maxResults), badToken);
    return {
      stateMachines: items.map(({ arn, name, type, created: at }) => ({
        stateMachineArn: arn,
        name,
        type,
        creationDate: new Date(at),
      })),
      ...(next === undefined ? {} : { nextToken: next }),
    };
  },

  DeleteStateMachine({ stateMachineArn = '' }, { state, call }) {
    const parsed = parseArn(stateMachineArn);
    if (parsed && parsed.kind !== 'stateMachine') throw wrongKind(parsed.kind);
    if (parsed && state.machines.get(machineKey(parsed, parsed.name))) remove(state, call, parsed.name);
    return {};
  },

  async ValidateStateMachineDefinition({ definition = '', type = 'STANDARD', maxResults }) {
    const { problems } = await check(definition, type);
    const most = maxResults || 100;
    return {
      result: problems.length === 0 ? 'OK' : 'FAIL',
      diagnostics: problems.slice(0, most).map((problem) => ({ severity: 'ERROR' as const, ...problem })),
      truncated: problems.length > most,
    };
  },
};

const badToken = () => invalid('Invalid Token');

const created = ({ arn, created: at }: MachineRecord) => ({
  stateMachineArn: arn,
  creationDate: new Date(at),
});

type Settings = Pick<MachineRecord, 'definition' | 'roleArn' | 'type' | 'logging' | 'tracing'>;

/** Definitions are compared as texts, as AWS does. */
const same = (a: Settings, b: Settings): boolean =>
  a.definition === b.definition &&
  a.roleArn === b.roleArn &&
  a.type === b.type &&
  a.tracing.enabled === b.tracing.enabled &&
  JSON.stringify(a.logging) === JSON.stringify(b.logging);

export function described(machine: ReturnType<typeof machineFrom>) {
  const { revision, description } = machine;
  return {
    stateMachineArn: machine.arn,
    name: machine.name,
    status: 'ACTIVE' as const,
    definition: machine.definition,
    roleArn: machine.roleArn,
    type: machine.type,
    creationDate: new Date(machine.created),
    loggingConfiguration: machine.logging,
    tracingConfiguration: machine.tracing,
    ...(revision === undefined ? {} : { revisionId: revision }),
    ...(description === undefined ? {} : { description }),
  };
}

/** Removes a machine with its versions, aliases and executions. */
function remove(state: StatesState, scope: Scope, name: string): void {
  const key = machineKey(scope, name);
  state.machines.remove(key);
  for (const collection of [state.versions, state.aliases, state.executions, state.history, state.frames]) {
    for (const [one] of [...collection.entries(`${key}/`)]) {
      if (collection === state.executions) state.running.get(one)?.forget();
      collection.remove(one);
    }
  }
}
