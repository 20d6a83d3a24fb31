// Carries out a plan and shows a step for each resource.
import type { Context } from '../context.ts';
import { type Applied, apply } from '../engine/apply.ts';
import { type Receipt, receiptsOf, removeItems } from '../engine/destroy.ts';
import { changesOf, isReplaced, type Plan } from '../engine/plan.ts';
import { kindAndName, type Resource } from '../engine/resource.ts';
import { Interrupted } from '../errors/user-error.ts';
import { tellCut } from './interrupted.ts';
import { withSteps } from './steps.ts';
import { waitingFor } from './waiting-for.ts';

/**
 * Applies the plan. When Ctrl-C ended it early, it prints which steps were done, calls `putRight` with the partial result
 * to undo what must not stay, and rejects.
 */
export async function applyPlan(
  context: Context,
  plan: Plan,
  putRight?: (cut: Applied) => Promise<unknown>,
): Promise<Applied> {
  const items = new Map(plan.items.map((item) => [item.resource, item]));
  const title = (resource: Resource) => {
    const item = items.get(resource);
    if (item?.action === 'delete') return `remove ${kindAndName(resource)}`;
    if (item && isReplaced(item)) return `replace ${kindAndName(resource)}${fields(item.changes)}`;
    const update = item?.action === 'update';
    return `${update ? 'update' : 'create'} ${kindAndName(resource)}${update ? fields(item.changes) : ''}`;
  };
  const steps = { title, total: changesOf(plan).length, nothing: 'nothing was changed' };
  return withSteps(context, steps, (options) => apply(plan, options), putRight);
}

function fields(changes: readonly { path: string }[]): string {
  const paths = [...new Set(changes.map(({ path }) => path))];
  return ` (${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ` and ${paths.length - 3} more` : ''})`;
}

/** Carries out a removal, and reads everything again. Rejects as `applyPlan` does. */
export async function removePlan(context: Context, plan: Plan): Promise<Receipt[]> {
  const title = (resource: Resource) => `remove ${kindAndName(resource)}`;
  const steps = { title, total: changesOf(plan).length, nothing: 'nothing was removed' };
  const outcome = await withSteps(context, steps, (run) => removeItems(plan, run));
  const { signal } = context;
  const looked = await waitingFor(context, 'looking whether all of it is gone', () =>
    receiptsOf(plan, outcome),
  );
  if (!signal.aborted || looked.every(({ gone }) => gone)) return looked;
  const { done, failed } = outcome;
  tellCut(context, { done, cutOff: failed.map(({ resource }) => resource), notStarted: [] }, title);
  if (!(signal.reason instanceof Interrupted)) throw signal.reason;
  throw new Interrupted(signal.reason.exitCode, 'it was not looked at whether all of it is gone');
}
