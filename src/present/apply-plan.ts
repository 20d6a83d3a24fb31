// Carries out a plan and shows a step for each resource.
import type { Context } from '../context.ts';
import { type Applied, apply } from '../engine/apply.ts';
import { type Receipt, remove } from '../engine/destroy.ts';
import { changesOf, isReplaced, type Plan } from '../engine/plan.ts';
import { kindAndName, type Resource } from '../engine/resource.ts';
import { withSteps } from './steps.ts';

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
  const steps = { title, total: changesOf(plan).length };
  return withSteps(context, steps, (options) => apply(plan, options), putRight);
}

function fields(changes: readonly { path: string }[]): string {
  const paths = [...new Set(changes.map(({ path }) => path))];
  return ` (${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ` and ${paths.length - 3} more` : ''})`;
}

/** Carries out a removal. Rejects as `applyPlan` does. */
export function removePlan(context: Context, plan: Plan): Promise<Receipt[]> {
  const title = (resource: Resource) => `remove ${kindAndName(resource)}`;
  return withSteps(context, { title, total: changesOf(plan).length }, (run) => remove(plan, run));
}
