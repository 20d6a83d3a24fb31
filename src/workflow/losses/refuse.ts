// Refuses a deployment with a change that slsctl never makes, because only a new thing without the data could have it.
import type { Context } from '../../context.ts';
import { changesOf, type Plan } from '../../engine/plan.ts';
import { kindAndName } from '../../engine/resource.ts';
import { exitCodes, UserError } from '../../errors/user-error.ts';
import { placeOf } from '../owners/place-in-file.ts';

/** Rejects with a UserError (exit 1) that names each such change, its place in slsctl.yml, and what to do. */
export async function refuseChanges(context: Context, plan: Plan): Promise<void> {
  const refused = changesOf(plan).flatMap(({ resource, changes }) =>
    changes.flatMap((change) => (change.refused === undefined ? [] : [{ resource, ...change }])),
  );
  const [first] = refused;
  if (!first) return;
  const lines = refused.map(async ({ resource, path, from, to }) => {
    const place = await placeOf(context, resource);
    return `${kindAndName(resource)} cannot change its ${path} from ${from} to ${to}${place ? ` (${place})` : ''}`;
  });
  throw new UserError((await Promise.all(lines)).join('\n'), exitCodes.failed, {
    reason: `${first.refused}; nothing was changed`,
    next: first.instead,
  });
}
