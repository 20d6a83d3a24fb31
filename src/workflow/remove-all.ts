// Removes the resources of a plan: asks once, removes, reads them again, and shows the receipt.
import type { Aws } from '../aws/aws.ts';
import type { Context } from '../context.ts';
import { hasChanges, type Plan } from '../engine/plan.ts';
import { kindAndName } from '../engine/resource.ts';
import { exitCodes } from '../errors/user-error.ts';
import { removePlan } from '../present/apply-plan.ts';
import { leftAlone, showReceipts } from '../present/receipt.ts';

export interface Removal {
  /** `project hello, stage prod`. */
  what: string;
  /** The command that removes the rest. */
  again: string;
}

/** Asks once, with the list of resources. Resolves with the exit code. */
export async function removeAll(
  context: Context,
  { what, again }: Removal,
  planFor: (aws: Aws) => Promise<Plan>,
): Promise<number> {
  const { ui, options } = context;
  // Without a terminal nobody can answer: refuse before any call to AWS.
  if (!options.yes && !ui.interactive) await ui.confirm(`Remove ${what}?`);
  const plan = await planFor(await context.aws());
  const foreign = leftAlone(plan);
  if (plan.items.every(({ action }) => action !== 'delete' && action !== 'held')) {
    ui.print(`Nothing of ${what} is live: there is nothing to remove.`);
    return showReceipts(context, { receipts: [], foreign, again });
  }
  if (!options.yes && hasChanges(plan)) {
    ui.aside(`This removes ${what}:`);
    for (const { resource, action, live, reason } of plan.items) {
      const loss = resource.loss?.(live);
      const lost = loss === undefined ? '' : `\n      ${ui.style.red(`lost: ${loss}`)}`;
      const extent = resource.extent?.(live);
      const all = extent ? `, ${extent}` : '';
      if (action === 'delete') ui.aside(`  ${ui.style.red('-')} ${kindAndName(resource)}${all}${lost}`);
      if (action === 'held') ui.aside(ui.style.yellow(`  ! ${kindAndName(resource)} stays: ${reason}`));
    }
    for (const { resource, reason } of foreign) {
      ui.aside(ui.style.yellow(`  ! ${kindAndName(resource)} is left alone: ${reason}`));
    }
    if (!(await ui.confirm('Remove all of this?'))) {
      ui.note('nothing was removed');
      return exitCodes.failed;
    }
  }
  return showReceipts(context, { receipts: await removePlan(context, plan), foreign, again });
}
