// `slsctl role delete`: removes the execution role that slsctl created.
import type { Context } from '../../context.ts';
import { planRemoval } from '../../engine/destroy.ts';
import { hasChanges } from '../../engine/plan.ts';
import { exitCodes, UserError } from '../../errors/user-error.ts';
import { removePlan } from '../../present/apply-plan.ts';
import { beforeChanges } from '../../present/interrupted.ts';
import { leftAlone, showReceipts } from '../../present/receipt.ts';
import { checkConfirmed, guardedIn, nameOf } from '../../workflow/owners/confirm-name.ts';
import { confirmed } from '../../workflow/with-target.ts';
import { ownRole, type RoleArgs } from './own-role.ts';

export async function roleDelete(context: Context, args: RoleArgs): Promise<number> {
  const { ui } = context;
  const project = await context.project();
  checkConfirmed(context, [nameOf(project)]);
  const { role, policies } = await ownRole(context, args);
  const nothing = 'nothing was removed';
  const removal = await beforeChanges(context, nothing, () => planRemoval([role, policies]));
  const held = removal.items.find(({ action }) => action === 'held');
  if (held) {
    throw new UserError(`role ${role.name} is ${held.reason}`, exitCodes.failed, {
      reason: 'a function cannot run without its role',
      next: ['remove the function first, or all at once: ', { command: 'destroy' }],
    });
  }
  const foreign = leftAlone(removal);
  if (!hasChanges(removal)) {
    if (foreign.length === 0) ui.print(`There is no role ${role.name}: nothing to remove.`);
    return showReceipts(context, { receipts: [], foreign, again: 'role delete' });
  }
  const question = (account: string) => `Remove role ${role.name} and its policies, from ${account}?`;
  const risks = guardedIn(removal, project);
  if (!(await beforeChanges(context, nothing, () => confirmed(context, question, risks)))) {
    ui.note(nothing);
    return exitCodes.failed;
  }
  const receipts = await removePlan(context, removal);
  return showReceipts(context, { receipts, foreign, again: 'role delete' });
}
