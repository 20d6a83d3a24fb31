// Refuses packages whose native code pip or uv compiled on this machine: that code is for this machine, not for the target.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput } from '../../../errors/user-error.ts';
import { isFile } from '../nearest-file.ts';
import { describeTarget, type Target } from '../target.ts';
import { normalized } from './package-name.ts';

/**
 * Throws (exit 2) for a package that the installer built from source, unless it is pure Python. `output` is the
 * installer's output.
 */
export async function refuseCompiled(folder: string, output: string, target: Target): Promise<void> {
  const built = builtFromSource(output);
  for (const info of (await readdir(folder)).sort()) {
    const [, name = '', version = ''] = /^(.+?)-([^-]+)\.dist-info$/.exec(info) ?? [];
    if (name === '') continue;
    // uv writes this file also for packages that it built in an earlier run.
    if (!built.has(normalized(name)) && !(await isFile(folder, info, 'uv_build.json'))) continue;
    const wheel = await readFile(join(folder, info, 'WHEEL'), 'utf8').catch(() => '');
    const tags = [...wheel.matchAll(/^Tag:\s*(\S+)/gm)].map(([, tag = '']) => tag);
    const nativeTag = tags.find((tag) => !tag.endsWith('-any'));
    if (nativeTag === undefined) continue;
    throw badInput(`${name} ${version} has native code that was compiled on this machine`, {
      reason: `its wheel is for ${nativeTag}; ${describeTarget(target)} on Amazon Linux may not load it`,
      next: `remove ${name} from --no-binary to install its published wheel; or build a wheel for ${describeTarget(target)} on Linux (with cibuildwheel) and list that file in requirements.txt`,
    });
  }
}

function builtFromSource(output: string): Set<string> {
  const pip = output.matchAll(/^Successfully built (.+)$/gm);
  const uv = output.matchAll(/^ +Built ([\w.-]+)/gm);
  const names = [...pip, ...uv].flatMap(([, built = '']) => built.trim().split(' '));
  return new Set(names.map(normalized));
}
