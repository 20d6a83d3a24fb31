// Asks before a deployment that loses data: one question, with the whole list.
import type { Context } from '../context.ts';
import { lossOf, type Plan } from '../engine/plan.ts';
import { kindAndName } from '../engine/resource.ts';
import { badInput } from '../errors/user-error.ts';

/** Resolves with true when the deployment may continue. Without a terminal and --yes, rejects with a UserError (exit 2). */
export async function confirmLosses({ ui, options }: Context, { items }: Plan): Promise<boolean> {
  const lines = items.flatMap((item) => {
    const loss = lossOf(item);
    if (loss === undefined) return [];
    return `${kindAndName(item.resource)} is ${item.action === 'delete' ? 'removed' : 'replaced'}\n  lost: ${loss}`;
  });
  if (lines.length === 0 || options.yes) return true;
  if (!ui.interactive) {
    throw badInput(
      `this deployment loses the following, and there is no terminal to ask on; nothing was changed\n${lines.join('\n')}`,
      { next: ['look at it with ', { command: 'plan' }, ', and run it again with --yes'] },
    );
  }
  for (const line of lines) ui.warn(ui.style.red(line));
  return ui.confirm('Do it?');
}
