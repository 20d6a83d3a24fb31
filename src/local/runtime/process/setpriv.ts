// When root runs the server, functions lose root's right to write into read-only files, such as their own code.
import { execFile } from 'node:child_process';

/** CAP_DAC_READ_SEARCH stays: the interpreter may be in a user's home folder. */
const options = ['--bounding-set=-dac_override', '--inh-caps=-dac_override'];
/** Prints the path of setpriv when it works here: containers may forbid it. */
const probe = 'program=$(command -v setpriv) && "$program" "$@" true && echo "$program"';

let command: Promise<readonly string[]> | undefined;

/**
 * The start of a command line that drops CAP_DAC_OVERRIDE. Empty unless root runs this, or when it cannot be dropped.
 */
export function setprivCommand(): Promise<readonly string[]> {
  command ??= new Promise((resolve) => {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return resolve([]);
    execFile('/bin/sh', ['-c', probe, 'sh', ...options], (error, stdout) =>
      resolve(error ? [] : [stdout.trim(), ...options]),
    );
  });
  return command;
}
