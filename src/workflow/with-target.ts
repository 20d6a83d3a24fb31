// Tells the user where a command goes: before it does anything, and in its questions.
import type { Context } from '../context.ts';
import { accountText, targetText } from '../present/target-text.ts';
import { confirmNames, type Guarded } from './confirm-name.ts';

/**
 * Resolves with the result of `read`, and shows the target in the first line: of the answer, when `read` has succeeded, or
 * of the progress, as soon as it is known.
 */
export async function withTarget<T>(
  context: Context,
  of: 'answer' | 'progress',
  read: () => Promise<T>,
): Promise<T> {
  const { ui } = context;
  let failed = false;
  const shown = context.target().then((target) => {
    const line = `${ui.style.dim('target:')} ${targetText(target)}`;
    if (of === 'answer') return line;
    if (!failed) ui.note(line);
    return undefined;
  });
  try {
    const [result, line] = await Promise.all([read(), shown]);
    if (line !== undefined) ui.print(line);
    return result;
  } catch (error) {
    failed = true;
    throw error;
  }
}

/**
 * Asks a question with the account and region in it. --yes answers it; without a terminal it rejects with a UserError (exit
 * 2). For `guarded` resources the user names their project instead, whatever --yes says.
 */
export async function confirmed(
  context: Context,
  question: (account: string) => string,
  guarded: readonly Guarded[] = [],
): Promise<boolean> {
  const { ui, options } = context;
  const named = await confirmNames(context, guarded);
  if (named !== 'needless') return named === 'confirmed';
  if (options.yes) return true;
  await refuseWithoutTerminal(context);
  return ui.confirm(question(accountText(await context.target())));
}

/** Rejects with a UserError (exit 2) if nobody can answer a question. Called before any call to AWS, where possible. */
export async function refuseWithoutTerminal({ ui, options }: Context): Promise<void> {
  if (!options.yes && !options.confirm && !ui.interactive) await ui.confirm('');
}
