// Where a function is between two states, and which refusals pass by themselves.

import type { Change } from '../../engine/resource.ts';
import { UserError } from '../../errors/user-error.ts';
import { differences } from '../compare.ts';
import { type LiveFunction, settingsOf } from './settings.ts';

export function isSettled({ configuration }: LiveFunction): boolean {
  return configuration.State !== 'Pending' && configuration.LastUpdateStatus !== 'InProgress';
}

/** What an interrupted or failed run left: applied by waiting for it, or by doing it again. */
export function stateChanges(live: LiveFunction | undefined): Change[] {
  if (!live) return [];
  const { State, LastUpdateStatus } = live.configuration;
  const changes: Change[] = [];
  if (State === 'Pending' || State === 'Failed') changes.push({ path: 'State', from: State, to: 'Active' });
  if (LastUpdateStatus === 'InProgress' || LastUpdateStatus === 'Failed') {
    changes.push({ path: 'LastUpdateStatus', from: LastUpdateStatus, to: 'Successful' });
  }
  return changes;
}

/** The function, unless what AWS did in the background failed: then throws a UserError. */
export function succeeded(name: string, live: LiveFunction | undefined): LiveFunction {
  if (!live) throw new UserError(`function ${name} is not there after it was created`);
  const { State, StateReason, LastUpdateStatus, LastUpdateStatusReason } = live.configuration;
  if (State === 'Failed') throw new UserError(`function ${name} failed: ${StateReason}`);
  if (LastUpdateStatus === 'Failed') {
    throw new UserError(`the update of function ${name} failed: ${LastUpdateStatusReason}`);
  }
  return live;
}

/** Lambda checks the role when it is named; IAM tells its regions of a new role within seconds. */
export function isRoleTooNew(error: unknown): boolean {
  const { name, message } = error as Error;
  return (
    name === 'InvalidParameterValueException' &&
    /cannot be assumed by Lambda|execution role does not have permissions|KMS key is invalid for CreateGrant/i.test(
      message,
    )
  );
}

/** Lambda refuses the role still: what the user is told, when it is the trust that is missing. */
export function roleRefused(cause: unknown, name: string, arn: string | undefined, given: boolean): unknown {
  if (!/cannot be assumed by Lambda/i.test((cause as Error).message)) return cause;
  const role = arn?.slice(arn.lastIndexOf('/') + 1);
  return new UserError(`Lambda cannot assume the role ${arn} of function ${name}`, 1, {
    reason: given
      ? 'there is no such role, or its trust policy does not name lambda.amazonaws.com'
      : 'IAM takes some seconds to tell Lambda of a new role, and has not done so yet',
    next: given
      ? `see its trust with: aws iam get-role --role-name ${role}; or leave role: out, and slsctl makes one`
      : 'run the same command again; SLSCTL_ROLE_BUDGET=600 waits for ten minutes',
    cause,
  });
}

/** The function itself or an alias of it, not a version. */
const gone = /^Function not found: [^:]+(:[^:]+){6}$|^Alias not found: /;

/** AWS refused a change because the function is not what it was when the plan was made, or not there at all. */
export function isOvertaken(error: unknown): boolean {
  const { name, message } = error as Error;
  return (
    name === 'PreconditionFailedException' ||
    (name === 'ResourceNotFoundException' && gone.test(message)) ||
    (name === 'ResourceConflictException' && /update is in progress/i.test(message))
  );
}

interface Overtaken {
  name: string;
  before: LiveFunction;
  now: LiveFunction | undefined;
  /** A part of the plan had been done when it happened. */
  half: boolean;
  cause?: unknown;
}

/** What the user is told who was overtaken: what has become of the function in the meantime. */
export function overtaken({ name, before, now, half, cause }: Overtaken): UserError {
  const next = [{ command: 'plan' }, ', then deploy again'];
  if (!now) return new UserError(`function ${name} was deleted meanwhile`, 1, { next, cause });
  const fields = differences(withoutTraces(now), withoutTraces(before), '').map(({ path, from, to }) => {
    const secret = path.startsWith('Environment');
    return secret || path === 'CodeSha256' ? path : `${path} ${show(from)} → ${show(to)}`;
  });
  const when = now.configuration.LastModified;
  const done = half ? 'a part of this plan was done before' : 'nothing of this plan was done to it';
  return new UserError(`function ${name} was changed by somebody else since the plan was made`, 1, {
    reason: `${fields.join(', ') || 'its revision'}${when ? `, last modified ${when}` : ''}; ${done}`,
    next,
    cause,
  });
}

function show(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : (JSON.stringify(value) ?? 'nothing');
}

/** What a person set, without what AWS writes down about each change. */
function withoutTraces(live: LiveFunction): Record<string, unknown> {
  const {
    RevisionId,
    LastModified,
    CodeSize,
    State,
    StateReason,
    StateReasonCode,
    LastUpdateStatus,
    LastUpdateStatusReason,
    LastUpdateStatusReasonCode,
    ...rest
  } = settingsOf(live);
  return { ...rest, Tags: live.tags };
}
