// Inspects a package before it is uploaded: its native files must load where the function runs, its handler must exist.
import { badInput } from '../../errors/user-error.ts';
import { nativeName } from '../file-facts.ts';
import type { Package } from '../package.ts';
import { libraryAdvice } from './c-library.ts';
import { listed } from './content.ts';
import { checkHandler, type HandlerOptions } from './handler.ts';
import { type Architecture, type NativeProblem, nativeProblems } from './native-files.ts';
import { type Owner, ownersOf } from './owner.ts';

export interface InspectOptions extends HandlerOptions {
  architecture: Architecture;
}

/** Rejects with a UserError (exit 2) that names the files that cannot work. Warns of what may be intended. */
export async function inspectPackage(zip: Package, options: InspectOptions): Promise<void> {
  const { name, warn } = options;
  const problems = nativeProblems(zip, options);
  const fatal = problems.filter(({ harmless }) => !harmless);
  if (fatal.length > 0) throw await refusal(zip, fatal, { ...options, name: `the package of ${name}` });
  await checkHandler(zip, options);
  const others = problems.filter(({ needs }) => !needs).map(({ path }) => path);
  if (others.length > 0) warn(`the package of ${name} has files for other machines: ${listed(others, 3)}`);
  // npm packages bring files for both C libraries: nothing is said of those that have a twin.
  for (const { path, format, needs, hasTwin } of problems) {
    if (needs && !hasTwin) warn(`the package of ${name} has a file that may not load: ${path} ${format}`);
  }
}

/** Longer lists are cut, and end in "and N more". */
const shownFiles = 5;

/** The error: the files that cannot be loaded, the packages that they belong to, and advice. `name` is the package's. */
export async function refusal(
  zip: Package,
  fatal: NativeProblem[],
  options: Pick<InspectOptions, 'name' | 'runtime' | 'architecture'>,
): Promise<Error> {
  const { name, runtime, architecture } = options;
  const owners = await ownersOf(
    zip,
    fatal.map(({ path }) => path),
  );
  const lines = fatal.slice(0, shownFiles).map(({ path, format, needs }) => {
    const owner = owners.get(path);
    return `  ${path}${owner ? ` (${label(owner)})` : ''}${needs ? '' : ':'} ${format}`;
  });
  if (fatal.length > shownFiles) lines.push(`  and ${fatal.length - shownFiles} more`);
  const files = fatal.length === 1 ? 'a file' : `${fatal.length} files`;
  const where = `${runtime || 'its runtime'} on Linux, ${architecture}`;
  return badInput(
    `${name} has ${files} that cannot be loaded where it runs (${where})\n${lines.join('\n')}`,
    { next: placeholderAdvice(fatal) ?? advice(fatal, [...owners.values()], { zip, ...options }) },
  );
}

function placeholderAdvice(fatal: NativeProblem[]): string | undefined {
  if (fatal.some(({ format }) => format === 'a Git LFS pointer')) return 'git lfs pull';
  const isEmpty = fatal.every(({ format }) => format === 'empty');
  return isEmpty ? 'put the real file there, or leave it out with .slsctlignore' : undefined;
}

function label({ name, version }: Owner): string {
  return version ? `${name} ${version}` : name;
}

function advice(
  fatal: NativeProblem[],
  owners: Owner[],
  { zip, runtime, architecture }: Pick<InspectOptions, 'runtime' | 'architecture'> & { zip: Package },
): string {
  const lacking = fatal.flatMap(({ needs }) => needs ?? []);
  const isLibrary = lacking.length === fatal.length;
  const python = [...new Set(owners.filter(({ kind }) => kind === 'python').map(({ name }) => name))];
  const npm = [...new Set(owners.filter(({ kind }) => kind === 'npm').map(({ name }) => name))];
  const arm = architecture === 'arm64';
  const version = /^python([\d.]+)$/.exec(runtime)?.[1];
  const commands: string[] = [];
  if (python.length > 0) {
    const packages = python.slice(0, 3);
    const sources = ['requirements.txt', 'pyproject.toml'];
    const source = sources.find((file) => zip.has(file));
    const listed = source ? '' : ', list it in requirements.txt,';
    commands.push(
      `remove the installed ${packages.join(', ')} from the folder${listed} and slsctl installs the right one${source ? ` from ${source}` : ''}, or: pip install --platform manylinux2014_${arm ? 'aarch64' : 'x86_64'}${version ? ` --python-version ${version}` : ''} --only-binary=:all: --upgrade --target FOLDER ${packages.join(' ')}`,
    );
  }
  if (npm.length > 0 && (!isLibrary || lacking.every(({ musl }) => musl)))
    commands.push(`npm install --os=linux --cpu=${arm ? 'arm64' : 'x64'} --libc=glibc`);
  if (commands.length > 0) return commands.join('; ');
  if (isLibrary) {
    const program = fatal.every(({ path, started }) => started || !nativeName.test(path));
    return libraryAdvice(lacking, { runtime, architecture, program });
  }
  if (version && fatal.every(({ tagged }) => tagged)) {
    return `build it for Python ${version} and glibc, or leave it out with .slsctlignore`;
  }
  return `build it for Linux on ${architecture}, set architectures, or leave it out with .slsctlignore`;
}
