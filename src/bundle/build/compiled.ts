// Packages that pip compiled on this machine: their native code is for this machine, whatever the target is.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput } from '../../errors.ts';
import { normalized } from './package-name.ts';
import { describeTarget, type Target } from './target.ts';

/** `built` are the names of packages that were made from source; they are refused unless they are pure Python. */
export async function refuseCompiled(folder: string, built: string[], target: Target): Promise<void> {
  if (built.length === 0) return;
  const names = new Set(built.map(normalized));
  for (const info of (await readdir(folder)).sort()) {
    const [, name = '', version = ''] = /^(.+?)-([^-]+)\.dist-info$/.exec(info) ?? [];
    if (!names.has(normalized(name))) continue;
    const wheel = await readFile(join(folder, info, 'WHEEL'), 'utf8').catch(() => '');
    const tags = [...wheel.matchAll(/^Tag:\s*(\S+)/gm)].map(([, tag = '']) => tag);
    const tag = tags.find((one) => !one.endsWith('-any'));
    if (tag === undefined) continue;
    throw badInput(`${name} ${version} has native code, and pip compiled it on this machine`, {
      reason: `its wheel is for ${tag}; ${describeTarget(target)} on Amazon Linux may not load it`,
      next: `take ${name} out of --no-binary, so that its own wheel is installed; or make a wheel on Linux for ${describeTarget(target)} (cibuildwheel does) and name that file in requirements.txt`,
    });
  }
}
