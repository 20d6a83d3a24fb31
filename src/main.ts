// Entry of the built program: answers `--version` at once, and loads the program for everything else.
import { writeSync } from 'node:fs';
import * as module from 'node:module';
import { processHost } from './host.ts';

declare const SLSCTL_VERSION: string;

/** Runs one command line (without node and script) in this process; resolves with the exit code and never rejects. */
export async function main(args: string[]): Promise<number> {
  // Scripts often ask for the version: it is answered without loading anything.
  const asksForVersion = args.length === 1 && (args[0] === '--version' || args[0] === '-V');
  if (asksForVersion && isWritten(`${SLSCTL_VERSION}\n`)) return 0;
  // Newer versions of Node.js can cache compiled code for later runs.
  (module as { enableCompileCache?(): unknown }).enableCompileCache?.();
  const { runProgram } = await import('./program.ts');
  return runProgram(args, processHost());
}

/** Writes without creating the stream of stdout, which takes some milliseconds. After a failure the program reports why. */
function isWritten(text: string): boolean {
  try {
    return writeSync(1, text) === text.length;
  } catch {
    return false;
  }
}
