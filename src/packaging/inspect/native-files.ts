// Whether the native files of a package can be loaded where the function runs. Only what cannot work is refused.
import type { Entries, PackageEntry } from '../entry.ts';
import { nativeName } from '../file-facts.ts';
import type { Native } from './native-format.ts';
import { npmOwner } from './owner.ts';
import { withoutPlatform } from './platform-words.ts';

export type Architecture = 'x86_64' | 'arm64';

export interface NativeProblem {
  path: string;
  /** What the file is: `Mach-O for arm64 (macOS)`. */
  what: string;
  /** It is for Linux and the architecture, and only Python's version or C library is another one. */
  tagged?: true;
  /** It does not matter: nothing of it is loaded on Lambda, or the right one is there too. */
  harmless: boolean;
}

/** `runtime`: as Lambda names it. */
export function nativeProblems(
  zip: Pick<Entries, 'notable' | 'has'>,
  { runtime, architecture }: { runtime: string; architecture: Architecture },
): NativeProblem[] {
  const [, python] = /^python3\.(\d+)/.exec(runtime) ?? [];
  // .NET's own libraries are PE files on every system.
  const natives = zip.notable.filter(
    ({ native }) => native && !(native.format === 'PE' && /^dotnet/.test(runtime)),
  );
  const placeholder = zip.notable.flatMap(({ path, placeholder }) =>
    placeholder && (nativeName.test(path) || path === 'bootstrap')
      ? [{ path, what: placeholder, harmless: false }]
      : [],
  );
  const misfits: { entry: PackageEntry; what: string; spared?: boolean; tagged?: true }[] = [];
  const right = new Set<string>();
  for (const entry of natives) {
    const native = entry.native as Native;
    const wrong = native.system !== 'Linux' || !native.machines.includes(architecture);
    const tag = wrong || python === undefined ? undefined : wrongTag(entry.path, python);
    if (wrong) misfits.push({ entry, what: describe(native), spared: isSmaller(native, architecture) });
    // Without its quick part such a module goes on with the one in Python.
    else if (tag) {
      misfits.push({ entry, what: tag, spared: zip.has(`${stem(entry.path)}.py`), tagged: true });
    } else for (const name of names(entry.path)) right.add(name);
  }
  const wrongOnes = misfits.map(({ entry: { path, native }, what, spared = false, tagged }) => {
    const rightOne = names(path).some((name) => right.has(name));
    return { path, what, tagged, harmless: spared || rightOne || isForOthers(path, native as Native) };
  });
  return [...placeholder, ...wrongOnes];
}

/** The path without what follows the first dot of the name. */
function stem(path: string): string {
  return path.replace(/(?<=[^/])\.[^/]*$/, '');
}

/** Names under which the right file is looked for: its own, and that of the npm package, both without platforms. */
function names(path: string): string[] {
  const owner = npmOwner(path);
  const around = owner && withoutPlatform(owner);
  return [withoutPlatform(path), ...(around ? [`npm ${around}`] : [])];
}

/** What packages bring for other systems and do not touch on Linux. */
function isForOthers(path: string, { format }: Native): boolean {
  // Launchers of setuptools and distlib, helpers of npm packages: `.pyd` and `.node` are loaded, these are started.
  if (format === 'PE') return /\.(exe|dll)$/i.test(path);
  return npmOwner(path) === 'fsevents';
}

/** 32-bit programs start where the kernel lets them. */
function isSmaller({ system, machines }: Native, architecture: Architecture): boolean {
  return system === 'Linux' && machines[0] === (architecture === 'arm64' ? 'arm' : 'x86');
}

/** Python's import looks for its own tag, for abi3 and for none, nothing else: PEP 3149. */
function wrongTag(path: string, python: string): string | undefined {
  const [, tag, number, suffix] =
    /\.((?:cpython-(\d+)[a-z]*|pypy[^.]*?)(?:-([^./]+))?)\.so$/.exec(path) ?? [];
  if (tag === undefined) return undefined;
  if (number === undefined) return `built for PyPy (${tag})`;
  if (number !== `3${python}`) return `built for Python ${number[0]}.${number.slice(1)}`;
  return suffix?.endsWith('musl') ? `built for musl, and Lambda has glibc (${tag})` : undefined;
}

function describe({ format, system, machines }: Native): string {
  return `${format} for ${machines.join(' and ')}${system === 'Linux' ? '' : ` (${system})`}`;
}
