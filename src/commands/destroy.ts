// `slsctl destroy`: removes what the project owns, looks again, and gives a receipt.
import type { Aws } from '../aws/aws.ts';
import { describeError } from '../aws/error-advice.ts';
import type { Project } from '../config/project.ts';
import type { Context } from '../context.ts';
import { planRemoval, remove } from '../engine/destroy.ts';
import { hasChanges, type Plan } from '../engine/plan.ts';
import { exitCodes } from '../errors.ts';
import { leftoverFunctions } from '../resources/leftovers.ts';
import type { Resource } from '../resources/resource.ts';
import { stack } from '../resources/stack.ts';
import { inAllowedAccount } from './account.ts';
import { leftAlone, showReceipts } from './receipt.ts';
import { named, withSteps } from './run-plan.ts';

export async function destroy(context: Context): Promise<number> {
  const { ui, options } = context;
  const project = await context.project();
  const what = `project ${project.name}${project.stage ? `, stage ${project.stage}` : ''}`;
  // Without a terminal the question cannot be asked: known before anything is called.
  if (!options.yes && !ui.interactive) await ui.confirm(`Remove ${what}?`);
  const aws = await context.aws();
  const plan = await inAllowedAccount(context, () => removalPlan(context, project, aws));
  const foreign = leftAlone(plan);
  if (!hasChanges(plan)) {
    ui.print(`Nothing of ${what} is live: there is nothing to remove.`);
    return showReceipts(context, { receipts: [], foreign, again: 'destroy' });
  }
  if (!options.yes) {
    ui.print(`This removes ${what}:`);
    for (const { resource, action } of plan.items) {
      if (action === 'delete') ui.print(`  ${ui.style.red('-')} ${named(resource)}`);
    }
    for (const { resource, reason } of foreign) {
      ui.print(ui.style.yellow(`  ! ${named(resource)} is left alone: ${reason}`));
    }
    if (!(await ui.confirm('Remove all of this?'))) {
      ui.note('nothing was removed');
      return exitCodes.failed;
    }
  }
  const title = (resource: Resource) => `remove ${named(resource)}`;
  const receipts = await withSteps(context, title, (run) => remove(plan, run));
  return showReceipts(context, { receipts, foreign, again: 'destroy' });
}

/** Also what earlier versions of the config left behind. */
async function removalPlan(context: Context, project: Project, aws: Aws): Promise<Plan> {
  const [declared, functions] = await Promise.all([
    planRemoval(stack(project, aws).resources),
    leftoverFunctions(project, aws).catch((error: Error) => {
      if (!/^AccessDenied/.test(error.name)) throw error;
      const { message } = describeError(error);
      context.ui.warn(`functions that are no longer in the config were not looked for: ${message}`);
      return [];
    }),
  ]);
  if (functions.length === 0) return declared;
  const found = new Set(declared.items.map(({ resource }) => named(resource)));
  const left = await planRemoval(stack(project, aws, { functions }).resources);
  // A log group may be shared with a function that is still declared.
  return { items: [...declared.items, ...left.items.filter(({ resource }) => !found.has(named(resource)))] };
}
