// Compares the C library that a file needs with that of a runtime's Amazon Linux.
import { amazonLinuxOf, newerRuntime } from '../amazon-linux.ts';
import type { Entries } from '../entry.ts';
import type { LibraryNeeds } from './elf-needs.ts';

/** Loaders of Amazon Linux. */
const ownLoader = /^(\/usr)?\/lib(64)?\/ld-linux-(x86-64|aarch64)\.so\.\d$/;
/** Folders in which a function can bring a loader of its own. */
const broughtLoader = /^\/(opt|var\/task|tmp)\//;

/** What the runtime lacks, as the end of a sentence about the file; undefined when it has all, or when it is not known. */
export function missingLibrary(
  path: string,
  { glibcMinor, musl, loader }: LibraryNeeds,
  runtime: string,
): string | undefined {
  // Android's own C library has the name of musl's.
  if (/android/i.test(path) || (loader !== undefined && broughtLoader.test(loader))) return undefined;
  const where = runtime === '' ? 'Lambda' : runtime;
  if (musl) return `is linked with musl, ${where} has glibc`;
  if (loader !== undefined && !ownLoader.test(loader)) {
    return `is started by ${loader}, which ${where} does not have`;
  }
  const linux = runtime === '' ? amazonLinuxOf('provided.al2023') : amazonLinuxOf(runtime);
  if (!linux || glibcMinor === undefined || glibcMinor <= linux.glibcMinor) return undefined;
  return `needs glibc 2.${glibcMinor}, ${where} has 2.${linux.glibcMinor}`;
}

/** Whether the package brings a C library or a loader of its own. Then nothing is known of what its files get. */
export function bringsLibrary({ notable }: Pick<Entries, 'notable'>): boolean {
  return notable.some(
    ({ path, native }) => native && /(^|\/)(libc\.so\.6|ld-(linux|musl)-[\w-]+\.so\.\d)$/.test(path),
  );
}

/** How to get a file that loads. `program`: it is started by itself, and not loaded by a language. */
export function libraryAdvice(
  needs: readonly LibraryNeeds[],
  { runtime, architecture, program }: { runtime: string; architecture: 'x86_64' | 'arm64'; program: boolean },
): string {
  const linux = amazonLinuxOf(runtime);
  const system = linux?.name ?? 'Amazon Linux';
  const rust = `${architecture === 'arm64' ? 'aarch64' : 'x86_64'}-unknown-linux-musl`;
  const newest = Math.max(0, ...needs.map(({ glibcMinor }) => glibcMinor ?? 0));
  const isGlibc = needs.every(({ musl }) => !musl) && newest > 0;
  const newer = isGlibc && linux?.glibcMinor === 26 && newest <= 34 ? newerRuntime(runtime) : undefined;
  const build = program
    ? `build it with CGO_ENABLED=0 (Go), for ${rust} (Rust) or in ${system}`
    : `use a version of it for older systems, or build it in ${system}`;
  const choose = newer ? `; or set runtime: ${newer}, which has 2.34` : '';
  return `${build}${choose}${program ? '' : '; or leave it out with code: { exclude } if nothing loads it'}`;
}
