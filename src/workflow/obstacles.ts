// Refuses a deployment that would need to change resources of another owner.
import { obstacles, type Plan } from '../engine/plan.ts';
import { kindAndName } from '../engine/resource.ts';
import { exitCodes, UserError } from '../errors/user-error.ts';

/** Throws a UserError (exit 1) if the plan has such a resource. `command`: adopts it when run with --adopt. */
export function refuseObstacles(plan: Plan, command: string): void {
  const foreign = obstacles(plan);
  if (foreign.length === 0) return;
  throw new UserError(
    foreign.map(({ resource, reason }) => `${kindAndName(resource)}: ${reason}`).join('\n'),
    exitCodes.failed,
    {
      reason: 'resources of these names exist already; nothing was changed',
      next: ['choose another name, or take them over: ', { command: `${command} --adopt` }],
    },
  );
}
