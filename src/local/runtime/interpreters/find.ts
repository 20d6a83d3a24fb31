// Finds the interpreter of a runtime: the exact version, or else the nearest.
import { execFile } from 'node:child_process';
import { type Interpreter, InterpreterCache } from './cache.ts';
import { candidatesOf, type Family } from './files.ts';
import { knownSwitches, switches } from './node-features.ts';

const known = new Map<string, Promise<Interpreter | undefined>>();

/**
 * The interpreter for `python3.12` or `nodejs22.x`; undefined when there is none. The search runs once; the versions of
 * programs are stored in the folder `cache`.
 */
export function interpreterOf(runtime: string, cache: string): Promise<Interpreter | undefined> {
  let found = known.get(runtime);
  if (!found) {
    const family: Family = runtime.startsWith('python') ? 'python' : 'nodejs';
    found = find(family, runtime, new InterpreterCache(cache));
    known.set(runtime, found);
    // It may be installed later.
    void found.then((interpreter) => interpreter ?? known.delete(runtime));
  }
  return found;
}

/** Whether this is exactly the version of the runtime. */
export function isExact(runtime: string, { version }: Interpreter): boolean {
  const wanted = wantedVersion(runtime);
  return version === wanted || version.startsWith(`${wanted}.`);
}

/** `3.12` for `python3.12`, `22` for `nodejs22.x`. */
export function wantedVersion(runtime: string): string {
  return runtime.replace(/^(python|nodejs)/, '').replace(/\.x$/, '');
}

function ownNode(): Interpreter {
  return { file: process.execPath, version: process.versions.node, switches: knownSwitches() };
}

async function find(
  family: Family,
  runtime: string,
  cache: InterpreterCache,
): Promise<Interpreter | undefined> {
  const own = family === 'nodejs' ? ownNode() : undefined;
  if (own && isExact(runtime, own)) return own;
  const files = await candidatesOf(family, wantedVersion(runtime));
  const named = await askAll(files.named, cache);
  const exact = named.find((interpreter) => isExact(runtime, interpreter));
  if (exact) {
    cache.save();
    return exact;
  }
  const launched = process.platform === 'win32' && family === 'python' ? await askLauncher(runtime) : [];
  const others = [...launched, ...named, ...(await askAll(files.others, cache)), ...(own ? [own] : [])];
  cache.save();
  return nearest(runtime, others);
}

/** The interpreter with the closest version; of two that are equally close, the newer. */
function nearest(runtime: string, interpreters: Interpreter[]): Interpreter | undefined {
  const rank = (version: string) => {
    const [major = 0, minor = 0] = version.split('.').map(Number);
    return runtime.startsWith('python') ? major * 1000 + minor : major;
  };
  const wanted = rank(wantedVersion(runtime));
  const distance = ({ version }: Interpreter) =>
    Math.abs(rank(version) - wanted) - (rank(version) > wanted ? 0.5 : 0);
  const fitting = interpreters.filter(
    ({ version }) => runtime.startsWith('nodejs') || version.startsWith('3.'),
  );
  return fitting.sort((a, b) => distance(a) - distance(b))[0];
}

/** In the order of the files; programs that do not run are left out. */
async function askAll(files: readonly string[], cache: InterpreterCache): Promise<Interpreter[]> {
  const answers = await Promise.all(files.map((file) => cache.of(file, () => ask(file, []))));
  return answers.filter((answer) => answer !== undefined);
}

async function askLauncher(runtime: string): Promise<Interpreter[]> {
  const answer = await ask('py', [`-${wantedVersion(runtime)}`]);
  return answer ? [answer] : [];
}

const python = 'import sys; print(sys.executable); print(".".join(map(str, sys.version_info[:3])))';
const node = `const known = ${JSON.stringify(switches)}.filter((one) => process.allowedNodeEnvironmentFlags.has(one));
process.stdout.write([process.execPath, process.versions.node, known.join(' ')].join('\\n'))`;

function ask(command: string, args: string[]): Promise<Interpreter | undefined> {
  const isNode = /node[^/\\]*$/.test(command);
  const program = isNode ? ['-e', node] : ['-c', python];
  return new Promise((resolve) => {
    execFile(command, [...args, ...program], { timeout: 10_000, windowsHide: true }, (error, stdout) => {
      const [file, version, known] = error ? [] : stdout.trim().split(/\r?\n/);
      if (!file || !version) return resolve(undefined);
      resolve(isNode ? { file, version, switches: known?.split(' ') ?? [] } : { file, version });
    });
  });
}
