// What functions do not get from a server that root runs: to write where nobody may, as into their own code.
import { execFile } from 'node:child_process';

/** Reading stays as it is: the interpreter may lie in somebody's home. */
const options = ['--bounding-set=-dac_override', '--inh-caps=-dac_override'];
/** Says where the program is if it does this here: containers may forbid it. */
const attempt = 'program=$(command -v setpriv) && "$program" "$@" true && echo "$program"';

let found: Promise<readonly string[]> | undefined;

/** How a command line begins that gives the privilege up; empty where there is none, or no way to. */
export function givingUp(): Promise<readonly string[]> {
  found ??= new Promise((resolve) => {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return resolve([]);
    execFile('/bin/sh', ['-c', attempt, 'sh', ...options], (error, stdout) =>
      resolve(error ? [] : [stdout.trim(), ...options]),
    );
  });
  return found;
}
