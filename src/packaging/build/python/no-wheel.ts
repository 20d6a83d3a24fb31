// The error for a Python package that has no wheel for the target.
import { badInput, type UserError } from '../../../errors/user-error.ts';
import { describeTarget, type Target } from '../target.ts';

export const sourceOnly = 'it is published as source only, and this machine cannot compile it for the target';
export const otherWheels = 'its wheels are for other systems, architectures or versions of Python';

export function noWheel(requirement: string, target: Target, reason: string, next: string): UserError {
  return badInput(`no wheel of ${requirement} for ${describeTarget(target)} on Amazon Linux`, {
    reason,
    next,
  });
}
