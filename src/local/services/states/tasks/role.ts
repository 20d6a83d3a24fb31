// The role in which a task runs.
import { StateFailure } from '../../../states-language/failure.ts';
import type { Attempt } from './kind.ts';

/** @throws StateFailure when the role of the machine may not assume the one that the task names */
export function roleOf({ thread, role }: Attempt): string {
  const { state, record } = thread.execution;
  const { roleArn } = record;
  if (role === undefined || role === roleArn) return roleArn;
  if (state.host.face('policies').allowsRole(roleArn, 'sts:AssumeRole', role)) return role;
  throw new StateFailure(
    'States.TaskFailed',
    `The role ${roleArn} is not authorized to assume the task state's role, ${role}.`,
  );
}
