// The state of a function between two changes, and the errors that tell of new roles and conflicts.

import type { Change } from '../../engine/resource.ts';
import { UserError } from '../../errors/user-error.ts';
import { contentChanges } from './content.ts';
import type { LiveFunction } from './settings.ts';

export function isSettled({ configuration }: LiveFunction): boolean {
  return configuration.State !== 'Pending' && configuration.LastUpdateStatus !== 'InProgress';
}

/** Changes for a function that an interrupted or failed run left unfinished: apply waits or repeats the update. */
export function stateChanges(live: LiveFunction | undefined): Change[] {
  if (!live) return [];
  const { State, LastUpdateStatus } = live.configuration;
  const changes: Change[] = [];
  if (State === 'Pending' || State === 'Failed')
    changes.push({ path: 'State', from: State, to: 'Active', settling: true });
  if (LastUpdateStatus === 'InProgress' || LastUpdateStatus === 'Failed') {
    changes.push({ path: 'LastUpdateStatus', from: LastUpdateStatus, to: 'Successful', settling: true });
  }
  return changes;
}

/** Answers the function. Throws a UserError when AWS's background work failed. */
export function succeeded(name: string, live: LiveFunction | undefined): LiveFunction {
  if (!live) throw new UserError(`function ${name} does not exist after it was created`);
  const { State, StateReason, LastUpdateStatus, LastUpdateStatusReason } = live.configuration;
  if (State === 'Failed') throw new UserError(`function ${name} failed: ${StateReason}`);
  if (LastUpdateStatus === 'Failed') {
    throw new UserError(`the update of function ${name} failed: ${LastUpdateStatusReason}`);
  }
  return live;
}

const roleRefusals = [
  'The role defined for the function cannot be assumed by Lambda',
  'The provided execution role does not have permissions to call',
  'Lambda was unable to configure access to your environment variables because the KMS key is invalid for CreateGrant',
];

/** Whether Lambda refuses the role, as it does for seconds when the role or its policies are new. */
export function isRoleRefusal(error: unknown): boolean {
  const { name, message } = error as Error;
  return name === 'InvalidParameterValueException' && roleRefusals.some((text) => message.startsWith(text));
}

/** Whether AWS refuses a change because it is still making another one. */
export function isBusy(error: unknown): boolean {
  const { name, message } = error as Error;
  return name === 'ResourceConflictException' && /in progress|concurrent update|Pending/i.test(message);
}

interface Refused {
  /** The function. */
  name: string;
  arn: string | undefined;
  isNew: boolean;
  /** slsctl.yml names it. */
  given?: boolean;
}

/** Explains that Lambda refuses the role, when its trust policy is the reason. */
export function roleRefused(cause: unknown, { name, arn, isNew, given }: Refused): unknown {
  if (!/cannot be assumed by Lambda/i.test((cause as Error).message)) return cause;
  const role = arn?.slice(arn.lastIndexOf('/') + 1);
  return new UserError(`Lambda cannot assume the role ${arn} of function ${name}`, 1, {
    reason: isNew
      ? 'IAM needs some seconds to tell Lambda of a new role, and has not done so yet'
      : 'there is no such role, or its trust policy does not name lambda.amazonaws.com',
    next: isNew
      ? 'run the same command again; SLSCTL_ROLE_BUDGET=600 waits for ten minutes'
      : `see its trust with: aws iam get-role --role-name ${role}${given ? '; or leave role: out, and slsctl creates one' : ''}`,
    cause,
  });
}

/** Messages about a missing function or alias; those about versions differ. */
const deleted = /^Function not found: [^:]+(:[^:]+){6}$|^Alias not found: /;

/** Whether AWS refused a change because the function or alias was changed or deleted after the plan. */
export function isOvertaken(error: unknown): boolean {
  const { name, message } = error as Error;
  return (
    name === 'PreconditionFailedException' ||
    (name === 'ResourceNotFoundException' && deleted.test(message)) ||
    (name === 'ResourceConflictException' && /update is in progress/i.test(message))
  );
}

interface Overtaken {
  name: string;
  /** The function as the plan and this deployment's own changes left it. */
  before: LiveFunction;
  /** undefined: it was deleted. */
  now: LiveFunction | undefined;
  /** A part of the plan was already applied. */
  half: boolean;
  cause?: unknown;
}

/**
 * The error for a function that another deployment or user changed; it names the changed fields. undefined: its content
 * is as it was.
 */
export function overtaken({ name, before, now, half, cause }: Overtaken): UserError | undefined {
  const next = [{ command: 'plan' }, ', then deploy again'];
  if (!now) return new UserError(`function ${name} was deleted meanwhile`, 1, { next, cause });
  const changes = contentChanges(before, now);
  if (changes.length === 0) return undefined;
  const fields = changes.map(({ path, from, to }) => {
    const secret = path.startsWith('Environment');
    return secret || path === 'CodeSha256' ? path : `${path} ${show(from)} → ${show(to)}`;
  });
  const when = now.configuration.LastModified;
  const done = half ? 'a part of this plan was applied before' : 'nothing of this plan was applied to it';
  return new UserError(
    `function ${name} was changed by another deployment or user since the plan was made`,
    1,
    { reason: `${fields.join(', ')}${when ? `, last modified ${when}` : ''}; ${done}`, next, cause },
  );
}

function show(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : (JSON.stringify(value) ?? 'nothing');
}
