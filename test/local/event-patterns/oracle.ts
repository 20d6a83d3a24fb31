// event-ruler, the library that AWS matches event patterns with.
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { missing } from '../../support/tools.ts';

const program = fileURLToPath(new URL('event-ruler/Oracle.java', import.meta.url));

export interface Question {
  readonly pattern: string;
  readonly event: string;
}

/** "true", "false", "too complex", or "error " and the reason, for each question. */
export type Oracle = (questions: readonly Question[]) => Promise<string[]>;

/** undefined when Java or the library is missing; an error in CI. */
export async function eventRuler(): Promise<Oracle | undefined> {
  const folder =
    process.env.SLSCTL_EVENT_RULER ?? join(dirname(process.env.SLSCTL_MOTO ?? ''), '..', 'event-ruler');
  const hasJava = await promisify(execFile)('java', ['-version']).then(
    () => true,
    () => false,
  );
  if (!hasJava || !existsSync(join(folder, 'event-ruler-2.0.1.jar'))) {
    return missing(
      'event-ruler 2.0.1 with Java',
      'see .ci/run, which installs it and names it in SLSCTL_EVENT_RULER',
    );
  }
  return async (questions) => {
    const java = spawn('java', ['-cp', join(folder, '*'), program, '10'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    java.stdin.end(questions.map(({ pattern, event }) => `${base64(pattern)} ${base64(event)}\n`).join(''));
    const [output, errors] = await Promise.all([text(java.stdout), text(java.stderr)]);
    const answers = output
      .split('\n')
      .slice(0, -1)
      .map((line) => Buffer.from(line, 'base64').toString());
    if (answers.length !== questions.length) throw new Error(`event-ruler failed: ${errors}`);
    return answers;
  };
}

const base64 = (value: string): string => Buffer.from(value).toString('base64');
