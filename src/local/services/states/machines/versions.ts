// Versions of state machines: published, listed, deleted.
import type * as sdk from '@aws-sdk/client-sfn';
import type { Scope } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { page } from '../../pages.ts';
import { conflict, invalid, noMachine } from '../errors.ts';
import type { MachineRecord, VersionRecord } from '../records.ts';
import { machineKey, parseArn, requireMachine, type StatesState, wrongKind } from '../state.ts';
import { checkToken, limitOf } from './checks.ts';
import { versionKey } from './qualified.ts';

/** The revision of a machine that was not updated since its creation. */
const firstRevision = 'INITIAL';

export const versions: Handlers<typeof sdk, StatesState> = {
  PublishStateMachineVersion({ stateMachineArn = '', revisionId, description }, { state, call }) {
    const parsed = parseArn(stateMachineArn);
    if (parsed?.rest !== undefined) throw noMachine(stateMachineArn);
    const machine = requireMachine(state, stateMachineArn);
    const current = machine.revision ?? firstRevision;
    if (revisionId !== undefined && revisionId !== current) {
      throw conflict(
        `Failed to publish the State Machine version for revision ${revisionId}. The current State Machine revision is ${current}.`,
      );
    }
    const { arn, created } = publish(state, call, machine, description);
    return { stateMachineVersionArn: arn, creationDate: new Date(created) };
  },

  ListStateMachineVersions({ stateMachineArn = '', nextToken, maxResults }, { state, call }) {
    checkToken(nextToken, 1024);
    const machine = requireMachine(state, stateMachineArn);
    const all = versionsOf(state, call, machine.name).reverse();
    const { items, next } = page(
      all,
      ({ arn }) => arn,
      nextToken,
      limitOf(maxResults),
      () => invalid('Invalid Token'),
    );
    return {
      stateMachineVersions: items.map(({ arn, created }) => ({
        stateMachineVersionArn: arn,
        creationDate: new Date(created),
      })),
      ...(next === undefined ? {} : { nextToken: next }),
    };
  },

  DeleteStateMachineVersion({ stateMachineVersionArn: arn = '' }, { state, call }) {
    const parsed = parseArn(arn);
    if (parsed && parsed.kind !== 'stateMachine') throw wrongKind(parsed.kind);
    if (!parsed || !/^\d+$/.test(parsed.rest ?? '')) throw noMachine(arn);
    const prefix = `${machineKey(call, parsed.name)}/`;
    const users = Array.from(state.aliases.entries(prefix), ([, alias]) => alias).filter(({ routes }) =>
      routes.some(({ version }) => version === arn),
    );
    if (users.length > 0) {
      throw conflict(
        `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${users.map(({ name }) => name).join(', ')}]`,
      );
    }
    state.versions.remove(versionKey(arn));
    return {};
  },
};

/** Oldest first. */
export function versionsOf(state: StatesState, scope: Scope, name: string): VersionRecord[] {
  const prefix = `${machineKey(scope, name)}/`;
  return Array.from(state.versions.entries(prefix), ([, version]) => version).sort(
    (a, b) => a.version - b.version,
  );
}

/** The version for the machine as it is: the last one, unless the machine was updated since. */
export function publish(
  state: StatesState,
  scope: Scope,
  machine: MachineRecord,
  description: string | undefined,
): VersionRecord {
  const revision = machine.revision ?? firstRevision;
  const last = versionsOf(state, scope, machine.name).at(-1);
  if (last && (last.revision ?? firstRevision) === revision) {
    if (description === undefined || description === last.description) return last;
    throw conflict(
      `Failed to publish the State Machine version for revision ${revision}. A version already exists for this revision with a different description.`,
    );
  }
  const number = (machine.versions ?? 0) + 1;
  const { name, type, definition, roleArn, logging, tracing } = machine;
  const version: VersionRecord = {
    name,
    type,
    definition,
    roleArn,
    logging,
    tracing,
    arn: `${machine.arn}:${number}`,
    version: number,
    created: state.host.now(),
    ...(machine.revision === undefined ? {} : { revision: machine.revision }),
    ...(description === undefined ? {} : { description }),
  };
  const key = machineKey(scope, name);
  state.versions.put(`${key}/${number}`, version);
  state.machines.put(key, { ...machine, versions: number });
  return version;
}
