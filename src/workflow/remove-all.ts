// Removes the resources of a plan: asks once, removes, reads them again, and shows the receipt.
import type { Aws } from '../aws/aws.ts';
import type { Context } from '../context.ts';
import type { Plan } from '../engine/plan.ts';
import { exitCodes } from '../errors/user-error.ts';
import { removePlan } from '../present/apply-plan.ts';
import { callersBefore } from '../present/callers.ts';
import { beforeChanges } from '../present/interrupted.ts';
import { leftAlone, showReceipts } from '../present/receipt.ts';
import { countByKind, number, removalList } from '../present/removal-list.ts';
import { accountText } from '../present/target-text.ts';
import { waitingFor } from '../present/waiting-for.ts';
import { callersOfRemoved } from './callers.ts';
import type { Guarded } from './owners/confirm-name.ts';
import { confirmed, refuseWithoutTerminal, withTarget } from './with-target.ts';

export interface Removal {
  /** What the resources belong to: `hello, stage prod`. */
  of: string;
  /** What the question calls the resources; by default `things`. */
  noun?: 'orphan';
  /** What may only be removed by naming its project. */
  guarded(plan: Plan): readonly Guarded[];
  /** The command that removes the rest. */
  again: string;
}

/** Asks once, with the list of resources and the account. Resolves with the exit code. */
export async function removeAll(
  context: Context,
  { of, noun, guarded, again }: Removal,
  planFor: (aws: Aws, warn: (text: string) => void) => Promise<Plan>,
): Promise<number> {
  const { ui, options } = context;
  const nothing = 'nothing was removed';
  await refuseWithoutTerminal(context);
  const read = async (warn: (text: string) => void) => {
    const aws = await context.aws();
    const plan = await planFor(aws, warn);
    return { plan, callers: await callersOfRemoved(aws, plan) };
  };
  const { plan, callers } = await beforeChanges(context, nothing, () =>
    withTarget(context, 'progress', (warn) =>
      waitingFor(context, `reading the resources of ${of}`, () => read(warn)),
    ),
  );
  const foreign = leftAlone(plan);
  const deleted = plan.items.filter(({ action }) => action === 'delete');
  if (deleted.length === 0 && plan.items.every(({ action }) => action !== 'held')) {
    ui.print(`Nothing of ${of} is live: there is nothing to remove.`);
    return showReceipts(context, { receipts: [], foreign, callers, again });
  }
  const risks = guarded(plan);
  if (deleted.length > 0) {
    if (ui.interactive && (!options.yes || risks.length > 0)) {
      ui.aside(`This removes ${countByKind(deleted)}`);
      for (const line of removalList(plan.items, { style: ui.style, verbose: options.verbose }))
        ui.aside(line);
      for (const line of callersBefore(callers, ui.style)) ui.aside(line);
    }
    const question = (account: string) =>
      `Remove ${number(deleted.length, noun ?? 'thing')} of ${of}, from ${account}?`;
    if (!(await beforeChanges(context, nothing, () => confirmed(context, question, risks)))) {
      ui.note(nothing);
      return exitCodes.failed;
    }
  }
  const receipts = await removePlan(context, plan);
  const where = `${of}, in ${accountText(await context.target())}`;
  return showReceipts(context, { receipts, foreign, where, callers, again });
}
