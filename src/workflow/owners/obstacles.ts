// Refuses a deployment that would need to change resources of another owner, and says how to take them over.
import type { Context } from '../../context.ts';
import { type Item, obstacles, type Plan } from '../../engine/plan.ts';
import { kindAndName } from '../../engine/resource.ts';
import type { NextPart } from '../../errors/next.ts';
import { exitCodes, UserError } from '../../errors/user-error.ts';
import { adoptionFlags } from '../../resources/owned/adoption.ts';
import { ownerName } from '../../resources/owned/ownership.ts';
import { placeOf } from './place-in-file.ts';

/** Rejects with a UserError (exit 1) if the plan has such a resource. `command`: takes it over with further options. */
export async function refuseObstacles(context: Context, plan: Plan, command: string): Promise<void> {
  const foreign = obstacles(plan);
  if (foreign.length === 0) return;
  const lines = foreign.map(async ({ resource, reason }) => {
    const place = await placeOf(context, resource);
    return `${kindAndName(resource)}: ${reason}${place ? `; the name is from ${place}` : ''}`;
  });
  throw new UserError((await Promise.all(lines)).join('\n'), exitCodes.failed, {
    reason: 'resources of these names exist already; nothing was changed',
    next: takeOver(foreign, command),
  });
}

/** The advice for these resources. */
export function takeOver(foreign: readonly Item[], command: string): NextPart[] {
  const all = foreign.length === 1 ? 'it' : 'them';
  const flags = flagsFor(foreign).filter((flag) => !`${command} `.includes(` ${flag} `));
  return [`choose another name, or take ${all} over: `, { command: [command, ...flags].join(' ') }];
}

function flagsFor(foreign: readonly Item[]): string[] {
  const owners = foreign.map(({ resource, live }) => resource.markedOwner?.(live));
  const from = new Set(owners.flatMap((owner) => (owner ? [ownerName(owner)] : [])));
  return adoptionFlags({ unmarked: owners.includes(undefined), from: [...from] });
}
