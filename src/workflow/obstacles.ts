// Things of another owner that stand in the way of a deployment.
import { obstacles, type Plan } from '../engine/plan.ts';
import { kindAndName } from '../engine/resource.ts';
import { exitCodes, UserError } from '../errors/user-error.ts';

/** Throws a UserError (exit 1) when there is one. `command`: the one that would adopt it with --adopt. */
export function refuseObstacles(planned: Plan, command: string): void {
  const found = obstacles(planned);
  if (found.length === 0) return;
  throw new UserError(
    found.map(({ resource, reason }) => `${kindAndName(resource)}: ${reason}`).join('\n'),
    exitCodes.failed,
    {
      reason: 'things of these names are live already; nothing was changed',
      next: ['choose another name, or take them over: ', { command: `${command} --adopt` }],
    },
  );
}
