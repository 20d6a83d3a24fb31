// Remembers which slsctl.yml passed the checks of its shape, since loading these takes longer than all else of a short command.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Digest of all that the checks consist of; only the built program has one. */
declare const SLSCTL_CHECKS: string | undefined;
const ownChecks = typeof SLSCTL_CHECKS === 'undefined' ? undefined : SLSCTL_CHECKS;

/** Whether this very text has passed these very checks in the project of this folder. */
export async function hasPassed(dir: string, source: string, checks = ownChecks): Promise<boolean> {
  const digest = digestOf(source, checks);
  if (digest === undefined) return false;
  return digest === (await readFile(noteIn(dir), 'utf8').catch(() => undefined));
}

/** Only where the project has a folder for it; where it cannot be written the text is checked again. */
export async function notePassed(dir: string, source: string, checks = ownChecks): Promise<void> {
  const digest = digestOf(source, checks);
  if (digest === undefined) return;
  await writeFile(noteIn(dir), digest).catch(() => {});
}

/** undefined: what is checked depends on more than the text, such as the environment. */
function digestOf(source: string, checks: string | undefined): string | undefined {
  // An escape may stand for any character of `${`.
  if (checks === undefined || /\$\{|\\/.test(source)) return undefined;
  // Patterns know the Unicode of the Node.js that runs them.
  return createHash('sha256')
    .update(JSON.stringify([checks, process.version, source]))
    .digest('hex');
}

function noteIn(dir: string): string {
  return join(dir, '.slsctl', 'passed');
}
