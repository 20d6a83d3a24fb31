// Packages that pip or uv compiled on this machine: their native code is for this machine, whatever the target is.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput } from '../../../errors/user-error.ts';
import { isFile } from '../nearest-file.ts';
import { describeTarget, type Target } from '../target.ts';
import { normalized } from './package-name.ts';

/** `output` is what the installer said. Packages that it made from source are refused unless they are pure Python. */
export async function refuseCompiled(folder: string, output: string, target: Target): Promise<void> {
  const built = builtFromSource(output);
  for (const info of (await readdir(folder)).sort()) {
    const [, name = '', version = ''] = /^(.+?)-([^-]+)\.dist-info$/.exec(info) ?? [];
    if (name === '') continue;
    // uv leaves this also with what it built before.
    if (!built.has(normalized(name)) && !(await isFile(folder, info, 'uv_build.json'))) continue;
    const wheel = await readFile(join(folder, info, 'WHEEL'), 'utf8').catch(() => '');
    const tags = [...wheel.matchAll(/^Tag:\s*(\S+)/gm)].map(([, tag = '']) => tag);
    const tag = tags.find((one) => !one.endsWith('-any'));
    if (tag === undefined) continue;
    throw badInput(`${name} ${version} has native code, and that was compiled on this machine`, {
      reason: `its wheel is for ${tag}; ${describeTarget(target)} on Amazon Linux may not load it`,
      next: `take ${name} out of --no-binary, so that its own wheel is installed; or make a wheel on Linux for ${describeTarget(target)} (cibuildwheel does) and name that file in requirements.txt`,
    });
  }
}

function builtFromSource(output: string): Set<string> {
  const pip = output.matchAll(/^Successfully built (.+)$/gm);
  const uv = output.matchAll(/^ +Built ([\w.-]+)/gm);
  const names = [...pip, ...uv].flatMap(([, built = '']) => built.trim().split(' '));
  return new Set(names.map(normalized));
}
