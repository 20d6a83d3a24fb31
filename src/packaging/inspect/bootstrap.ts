// Checks that a function with an OS-only runtime (`provided.*`) has a program `bootstrap` that Linux can start.
import { badInput } from '../../errors/user-error.ts';
import { followLinks } from '../entry.ts';
import type { Package } from '../package.ts';

/** Throws (exit 2) when `bootstrap` is missing, or when Linux cannot start it. */
export async function checkBootstrap(
  zip: Package,
  { name, runtime, hasLayers }: { name: string; runtime: string; hasLayers?: boolean },
): Promise<void> {
  const path = followLinks('bootstrap', zip.links);
  if (!zip.has(path)) {
    // `bootstrap` may be in a layer, or a link into one.
    if (hasLayers || path !== 'bootstrap') return;
    throw missing(zip, name, runtime);
  }
  const { native, notExecutable } = entryOf(zip, path);
  if (notExecutable) {
    throw badInput(`bootstrap of ${name} is not executable, and ${runtime} must start it`, {
      reason: 'its mode in the zip has no execute bit',
      next: 'run chmod +x bootstrap, then make the zip again',
    });
  }
  // A program for the wrong machine was refused before, with the other native files.
  if (native) return;
  const content = (await zip.read(path)) ?? Buffer.alloc(0);
  const problem = problemOf(content);
  if (!problem) return;
  throw badInput(`bootstrap of ${name} ${problem}, and ${runtime} must start it`, {
    next: 'make it a program for Linux, or a script that begins with #! and the path of its interpreter',
  });
}

function entryOf(zip: Package, path: string) {
  return (
    zip.notable.find((entry) => entry.path === path) ??
    zip.entries.find((entry) => entry.path === path) ?? { native: undefined, notExecutable: undefined }
  );
}

function problemOf(content: Buffer): string | undefined {
  if (content.length === 0) return 'is empty';
  const first = content.toString('latin1', 0, 256).split('\n')[0] as string;
  if (content.readUInt8(0) === 0x7f) return undefined;
  if (!first.startsWith('#!')) return 'is neither a program nor a script that begins with #!';
  return first.endsWith('\r') ? 'has Windows line endings (CR LF)' : undefined;
}

function missing(zip: Package, name: string, runtime: string): Error {
  const programs = zip.notable.filter(({ path, native }) => native?.format === 'ELF' && !/\.so\b/.test(path));
  return badInput(`the package of ${name} has no bootstrap, and ${runtime} must start it`, {
    next:
      programs.length > 0
        ? `rename the program to bootstrap and put it at the top of the package; there is ${programs[0]?.path}`
        : 'name the program bootstrap and put it at the top of the code folder',
  });
}
