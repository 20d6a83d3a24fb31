// Removes the resources of a plan: asks once, removes, reads them again, and shows the receipt.
import type { Aws } from '../aws/aws.ts';
import type { Context } from '../context.ts';
import type { Plan } from '../engine/plan.ts';
import { describeError } from '../errors/describe-error.ts';
import { exitCodes } from '../errors/user-error.ts';
import { removePlan } from '../present/apply-plan.ts';
import { type CallersText, callersBefore } from '../present/callers.ts';
import { beforeChanges } from '../present/interrupted.ts';
import { leftAlone, showReceipts } from '../present/receipt.ts';
import { countByKind, number, removalList } from '../present/removal-list.ts';
import { accountText } from '../present/target-text.ts';
import { waitingFor } from '../present/waiting-for.ts';
import { callersOfRemoved, type RemovedFunction, startPolicies } from './callers.ts';
import { showOwnNames } from './own-names.ts';
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
  /** Functions that are likely to be removed: their policies are read beside the plan. */
  functions?: readonly RemovedFunction[];
}

/** Asks once, with the list of resources and the account. Resolves with the exit code. */
export async function removeAll(
  context: Context,
  { of, noun, guarded, again, functions = [] }: Removal,
  planFor: (aws: Aws, warn: (text: string) => void) => Promise<Plan>,
): Promise<number> {
  const { ui, options } = context;
  const nothing = 'nothing was removed';
  await refuseWithoutTerminal(context);
  const read = async (warn: (text: string) => void) => {
    const aws = await context.aws();
    const [plan, policies] = await Promise.all([planFor(aws, warn), startPolicies(aws, functions)]);
    // The removal takes the policies away, so they must be here before it begins.
    await Promise.allSettled(policies.values());
    context.signal.throwIfAborted();
    const search = callersOfRemoved(aws, plan, policies);
    // Only a question needs the answer before the removal.
    if (ui.interactive || options.yes !== true) await search;
    return { plan, search: search.catch(notSearched) };
  };
  const { plan, search } = await beforeChanges(context, nothing, () =>
    withTarget(context, 'progress', (warn) =>
      waitingFor(context, `reading the resources of ${of}`, () => read(warn)),
    ),
  );
  showOwnNames(context, plan.items);
  const foreign = leftAlone(plan);
  const deleted = plan.items.filter(({ action }) => action === 'delete');
  const stays = plan.items.some(({ action }) => action === 'held' || action === 'kept');
  if (deleted.length === 0 && !stays) {
    ui.print(`Nothing of ${of} is live: there is nothing to remove.`);
    return showReceipts(context, { receipts: [], foreign, again });
  }
  const risks = guarded(plan);
  if (deleted.length > 0) {
    if (ui.interactive && (!options.yes || risks.length > 0)) {
      ui.aside(`This removes ${countByKind(deleted)}`);
      for (const line of removalList(plan.items, { style: ui.style, verbose: options.verbose }))
        ui.aside(line);
      for (const line of callersBefore(await search, ui.style)) ui.aside(line);
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
  return showReceipts(context, { receipts, foreign, where, callers: await search, again });
}

/** The search failed or was interrupted after the removal had begun: the receipt says so. */
function notSearched(error: unknown): CallersText {
  return { callers: [], notLookedFor: [{ what: 'callers', reason: describeError(error).message }] };
}
