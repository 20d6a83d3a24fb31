// Finds the native files of a package that cannot be loaded where the function runs.
import type { Entries, PackageEntry } from '../entry.ts';
import { nativeName } from '../file-facts.ts';
import { bringsLibrary, missingLibrary } from './c-library.ts';
import type { LibraryNeeds } from './elf-needs.ts';
import type { Native } from './native-format.ts';
import { npmOwner } from './owner.ts';
import { withoutPlatform } from './platform-words.ts';

export type Architecture = 'x86_64' | 'arm64';

export interface NativeProblem {
  path: string;
  /** What kind of file it is: `Mach-O for arm64 (macOS)`, `built for Python 3.9`, `empty`. */
  format: string;
  /** It is for Linux and the right architecture; only the Python version or the C library is wrong. */
  tagged?: true;
  /** The C library that it needs, and the runtime does not have; `format` is then the end of a sentence about the file. */
  needs?: LibraryNeeds;
  /** Lambda never loads it, or the package also has the right file. */
  harmless: boolean;
  /** The package also has a build of it that fits. */
  hasTwin?: boolean;
  /** Lambda starts it by itself: a bootstrap, an extension. */
  started?: boolean;
}

export interface NativeTarget {
  /** Lambda's name for it; empty when it is not known. */
  runtime: string;
  architecture: Architecture;
  /** The package is a layer. */
  layer?: boolean;
}

interface Misfit {
  entry: PackageEntry;
  format: string;
  optional?: boolean;
  tagged?: true;
  needs?: LibraryNeeds;
}

export function nativeProblems(
  zip: Pick<Entries, 'notable' | 'has'>,
  { runtime, architecture, layer = false }: NativeTarget,
): NativeProblem[] {
  const [, python] = /^python3\.(\d+)/.exec(runtime) ?? [];
  // .NET's own libraries are PE files on every system.
  const natives = zip.notable.filter(
    ({ native }) => native && !(native.format === 'PE' && /^dotnet/.test(runtime)),
  );
  const placeholders = zip.notable.flatMap(({ path, placeholder }) =>
    placeholder && (nativeName.test(path) || path === 'bootstrap')
      ? [{ path, format: placeholder, harmless: false }]
      : [],
  );
  const hasOwnLibrary = bringsLibrary(zip);
  const misfits: Misfit[] = [];
  const fittingNames = new Set<string>();
  for (const entry of natives) {
    const native = entry.native as Native;
    const wrong = native.system !== 'Linux' || !native.machines.includes(architecture);
    const tag = wrong || python === undefined ? undefined : wrongTag(entry.path, python);
    const needs = wrong || hasOwnLibrary ? undefined : native.needs;
    const missing = needs && missingLibrary(entry.path, needs, runtime);
    if (wrong) misfits.push({ entry, format: describe(native), optional: is32Bit(native, architecture) });
    // A module that exists in Python too works without its native part, only slower.
    else if (tag) {
      misfits.push({ entry, format: tag, optional: zip.has(`${stem(entry.path)}.py`), tagged: true });
    } else if (missing !== undefined) {
      misfits.push({ entry, format: missing, optional: isOptional(zip, entry.path, runtime), needs });
    } else for (const name of names(entry.path)) fittingNames.add(name);
  }
  const problems = misfits.map(({ entry: { path, native }, format, optional = false, tagged, needs }) => {
    const started = isStarted(path, runtime, layer);
    const hasTwin = names(path).some((name) => fittingNames.has(name));
    const harmless = !started && (optional || hasTwin || isForOthers(path, native as Native));
    return { path, format, tagged, needs, harmless, hasTwin, started };
  });
  return [...placeholders, ...problems];
}

/** AWS Lambda Developer Guide, "Lambda Extensions API": every file of /opt/extensions is started. */
function isStarted(path: string, runtime: string, layer: boolean): boolean {
  return (
    (path === 'bootstrap' && /^(provided|$)/.test(runtime)) || (layer && /^extensions\/[^/]+$/.test(path))
  );
}

/** Whether the package may work without the file: a module that exists in Python too, native code inside a jar. */
function isOptional(zip: Pick<Entries, 'has'>, path: string, runtime: string): boolean {
  return /^java/.test(runtime) || (path.endsWith('.so') && zip.has(`${stem(path)}.py`));
}

/** The path up to the first dot of the file name. */
function stem(path: string): string {
  return path.replace(/(?<=[^/])\.[^/]*$/, '');
}

/** Names that the file shares with builds of it for other platforms: its own, and its npm package's. */
function names(path: string): string[] {
  const owner = npmOwner(path);
  const ownerName = owner && withoutPlatform(owner);
  return [withoutPlatform(path), ...(ownerName ? [`npm ${ownerName}`] : [])];
}

/** Whether packages bring the file for other systems, and never use it on Linux. */
function isForOthers(path: string, { format }: Native): boolean {
  // Launchers of setuptools and distlib, helpers of npm packages. `.pyd` and `.node` files would be loaded on Linux.
  if (format === 'PE') return /\.(exe|dll)$/i.test(path);
  return npmOwner(path) === 'fsevents';
}

/** 32-bit programs of the same family may run: it depends on the kernel. */
function is32Bit({ system, machines }: Native, architecture: Architecture): boolean {
  return system === 'Linux' && machines[0] === (architecture === 'arm64' ? 'arm' : 'x86');
}

/** Python imports only files with its own tag, with abi3 or without a tag (PEP 3149). */
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
