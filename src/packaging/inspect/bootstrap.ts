// Whether a runtime of the user's own can be started: its program `bootstrap`.
import { badInput } from '../../errors/user-error.ts';
import { followLinks } from '../entry.ts';
import type { Package } from '../package.ts';

/** Throws (exit 2) when it is not there, or is nothing that Linux starts. */
export async function checkBootstrap(
  zip: Package,
  { name, runtime, hasLayers }: { name: string; runtime: string; hasLayers?: boolean },
): Promise<void> {
  const path = followLinks('bootstrap', zip.links);
  if (!zip.has(path)) {
    // A link in the zip may lead into a layer.
    if (hasLayers || path !== 'bootstrap') return;
    throw missing(zip, name, runtime);
  }
  const { native, notExecutable } = entryOf(zip, path);
  if (notExecutable) {
    throw badInput(`bootstrap of ${name} is not executable, and ${runtime} starts it`, {
      reason: 'the zip says so',
      next: 'make the zip anew after chmod +x bootstrap',
    });
  }
  // For the wrong machine it is refused with the other native files.
  if (native) return;
  const content = (await zip.read(path)) ?? Buffer.alloc(0);
  const problem = problemOf(content);
  if (!problem) return;
  throw badInput(`bootstrap of ${name} ${problem}, and ${runtime} starts it`, {
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
  return first.endsWith('\r') ? 'has line ends of Windows (CR LF)' : undefined;
}

function missing(zip: Package, name: string, runtime: string): Error {
  const programs = zip.notable.filter(({ path, native }) => native?.format === 'ELF' && !/\.so\b/.test(path));
  return badInput(`the package of ${name} has no bootstrap, which ${runtime} starts`, {
    next:
      programs.length > 0
        ? `name the program bootstrap, at the top of the package; there is ${programs[0]?.path}`
        : 'put the program, named bootstrap, at the top of the code folder',
  });
}
