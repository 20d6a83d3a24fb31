// The entry of the built program: what is asked most is answered at once, everything else loads the program.
import { writeSync } from 'node:fs';
import * as module from 'node:module';
import { processHost } from './host.ts';

declare const SLSCTL_VERSION: string;

/** Runs one command line (without node and script) in this process; resolves with the exit code and never rejects. */
export async function main(args: string[]): Promise<number> {
  // Nothing is loaded for the question that scripts ask most.
  const asksForVersion = args.length === 1 && (args[0] === '--version' || args[0] === '-V');
  if (asksForVersion && isWritten(`${SLSCTL_VERSION}\n`)) return 0;
  // Newer versions of Node.js keep what they have compiled, for the runs after this one.
  (module as { enableCompileCache?(): unknown }).enableCompileCache?.();
  const { runProgram } = await import('./program.ts');
  return runProgram(args, processHost());
}

/** Without the stream of stdout, which takes a few milliseconds to make; why it failed the program finds out. */
function isWritten(text: string): boolean {
  try {
    return writeSync(1, text) === text.length;
  } catch {
    return false;
  }
}
