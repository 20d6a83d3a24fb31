// What stands for `SLSCTL_…` in the code: written into the built program, and into src/ when tests run it directly.
import { readFile } from 'node:fs/promises';
import { checksDigest } from './checks-digest.js';

/** By name, as JavaScript. */
export async function constantsOf(root) {
  const { version } = JSON.parse(await readFile(`${root}package.json`, 'utf8'));
  return {
    SLSCTL_VERSION: JSON.stringify(version),
    SLSCTL_CHECKS: JSON.stringify(await checksDigest(root)),
  };
}
