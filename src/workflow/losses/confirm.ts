// Asks before a deployment that loses data: one question, with the whole list and the account.
import type { Context } from '../../context.ts';
import { lossOf, type Plan } from '../../engine/plan.ts';
import { kindAndName } from '../../engine/resource.ts';
import { badInput } from '../../errors/user-error.ts';
import { number } from '../../present/removal-list.ts';
import { accountText, stageOf } from '../../present/target-text.ts';
import { guardedIn } from '../owners/confirm-name.ts';
import { confirmed } from '../with-target.ts';

/**
 * Resolves with true when the deployment may continue. Without a terminal and --yes, rejects with a UserError (exit 2);
 * `deleteData` stands for --yes where only data is lost that the user gave up by it.
 */
export async function confirmLosses(
  context: Context,
  plan: Plan,
  { deleteData = false }: { deleteData?: boolean } = {},
): Promise<boolean> {
  const { ui, options } = context;
  const project = await context.project();
  const guarded = guardedIn(plan, project);
  const losing = plan.items.filter((item) => lossOf(item) !== undefined);
  if (guarded.length === 0 && (losing.length === 0 || options.yes || options.confirm)) return true;
  const onlyData = deleteData && losing.every(({ resource }) => resource.keeps !== undefined);
  if (onlyData && !ui.interactive && guarded.length === 0) return true;
  const lines = losing.map(
    (item) =>
      `${kindAndName(item.resource)} is ${item.action === 'delete' ? 'removed' : 'replaced'}\n  lost: ${lossOf(item)}`,
  );
  const of = stageOf(project);
  if (!ui.interactive && guarded.length === 0) {
    throw badInput(
      `this deployment of ${of} to ${accountText(await context.target())} loses the following, and there is no terminal to ask on; nothing was changed\n${lines.join('\n')}`,
      { next: ['look at it with ', { command: 'plan' }, ', and run it again with --yes'] },
    );
  }
  if (ui.interactive) for (const line of lines) ui.warn(ui.style.red(line));
  const removed = losing.filter(({ action }) => action === 'delete').length;
  const verb = removed === losing.length ? 'Remove' : removed === 0 ? 'Replace' : 'Remove or replace';
  return confirmed(
    context,
    (account) => `${verb} ${number(losing.length, 'thing')} of ${of}, in ${account}?`,
    guarded,
  );
}
