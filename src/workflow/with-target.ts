// Tells the user where a command goes: before it does anything, and in its questions.
import type { Context } from '../context.ts';
import { accountText, targetText } from '../present/target-text.ts';
import { confirmNames, type Guarded } from './owners/confirm-name.ts';

/**
 * Resolves with the result of `read`, and shows the target in the first line: of the answer, when `read` has succeeded, or
 * of the progress, as soon as it is known. The warnings of `read` come after it, and only when `read` has succeeded: they
 * would follow from the same cause as its error.
 */
export async function withTarget<T>(
  context: Context,
  of: 'answer' | 'progress',
  read: (warn: (text: string) => void) => Promise<T>,
): Promise<T> {
  const { ui } = context;
  let failed = false;
  const shown = context.target().then((target) => {
    const line = `${ui.style.dim('target:')} ${targetText(target)}`;
    // An account that cannot be asked is often the first sign of an error, and the error says why.
    if (of === 'answer' || target.account === 'unknown') return line;
    if (!failed) ui.note(line);
    return undefined;
  });
  try {
    const warnings: string[] = [];
    const [result, line] = await Promise.all([read((text) => warnings.push(text)), shown]);
    if (line !== undefined) of === 'answer' ? ui.print(line) : ui.note(line);
    for (const warning of warnings) ui.warn(warning);
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
