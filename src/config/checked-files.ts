// Remembers which slsctl.yml has passed the checks of the schema. A short command spends most of its time on loading the
// schema, and a file that has passed needs no second check.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Digest of the code of the checks. Only the built program has one. */
declare const SLSCTL_CHECKS: string | undefined;
const ownChecks = typeof SLSCTL_CHECKS === 'undefined' ? undefined : SLSCTL_CHECKS;

/**
 * Places of the literals in this text that fields for text take as they are written, if exactly this text has passed
 * exactly these checks in the project of this folder; otherwise undefined.
 */
export async function textsIfPassed(
  dir: string,
  source: string,
  checks = ownChecks,
): Promise<string[] | undefined> {
  const digest = digestOf(source, checks);
  if (digest === undefined) return undefined;
  const [noted, ...texts] = (await readFile(noteIn(dir), 'utf8').catch(() => '')).split('\n');
  return noted === digest ? texts : undefined;
}

/** Notes that the text has passed. If the note cannot be written (the project has no `.slsctl` yet), it is checked again. */
export async function notePassed(
  dir: string,
  source: string,
  texts: readonly string[],
  checks = ownChecks,
): Promise<void> {
  const digest = digestOf(source, checks);
  if (digest === undefined) return;
  await writeFile(noteIn(dir), [digest, ...texts].join('\n')).catch(() => {});
}

/** undefined: the result of the checks depends on more than the text, such as environment variables. */
function digestOf(source: string, checks: string | undefined): string | undefined {
  // A backslash may start an escape that stands for `$` or `{`.
  if (checks === undefined || /\$\{|\\/.test(source)) return undefined;
  // The version of Node.js counts: its Unicode tables decide what some patterns match.
  return createHash('sha256')
    .update(JSON.stringify([checks, process.version, source]))
    .digest('hex');
}

function noteIn(dir: string): string {
  return join(dir, '.slsctl', 'passed');
}
