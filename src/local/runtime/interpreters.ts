// Finds the program that runs a runtime: the interpreter of that version, else the nearest one.
import { execFile } from 'node:child_process';
import { delimiter } from 'node:path';

export interface Interpreter {
  /** The real program, not a version manager's shim. */
  readonly file: string;
  /** `3.12.4` */
  readonly version: string;
}

const known = new Map<string, Promise<Interpreter | undefined>>();

/** The interpreter for `python3.12` or `nodejs22.x`; undefined: there is none. Looked for once. */
export function interpreterOf(runtime: string): Promise<Interpreter | undefined> {
  let found = known.get(runtime);
  if (!found) {
    found = runtime.startsWith('python') ? findPython(runtime.slice('python'.length)) : findNode(runtime);
    known.set(runtime, found);
    // Somebody may install it meanwhile.
    void found.then((interpreter) => interpreter ?? known.delete(runtime));
  }
  return found;
}

/** Whether this is the version that the runtime asks for. */
export function isExact(runtime: string, { version }: Interpreter): boolean {
  const wanted = runtime.replace(/^(python|nodejs)/, '').replace(/\.x$/, '');
  return version === wanted || version.startsWith(`${wanted}.`);
}

async function findPython(version: string): Promise<Interpreter | undefined> {
  const minor = Number(version.split('.')[1]);
  const others = Array.from({ length: 20 }, (_, index) => index + 8)
    .sort((a, b) => Math.abs(a - minor) - Math.abs(b - minor))
    .map((other) => `python3.${other}`);
  const windows = process.platform === 'win32';
  const exact = await askPython(windows ? 'py' : `python${version}`, windows ? [`-${version}`] : []);
  if (exact) return exact;
  for (const name of ['python3', 'python', ...others]) {
    const found = await askPython(name, []);
    if (found?.version.startsWith('3.')) return found;
  }
  return undefined;
}

async function askPython(command: string, args: string[]): Promise<Interpreter | undefined> {
  const program = 'import sys; print(sys.executable); print(".".join(map(str, sys.version_info[:3])))';
  const answer = await ask(command, [...args, '-c', program]);
  const [file, version] = answer?.split(/\r?\n/) ?? [];
  return file && version ? { file, version } : undefined;
}

async function findNode(runtime: string): Promise<Interpreter | undefined> {
  const own = { file: process.execPath, version: process.versions.node };
  if (isExact(runtime, own)) return own;
  const answer = await ask('node', ['-p', 'process.execPath + "\\n" + process.versions.node']);
  const [file, version] = answer?.split(/\r?\n/) ?? [];
  const onPath = file && version ? { file, version } : undefined;
  return onPath && isExact(runtime, onPath) ? onPath : own;
}

function ask(command: string, args: string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    // Relative entries of PATH would look into the folder of the server.
    const PATH = (process.env.PATH ?? '').split(delimiter).filter((entry) => /^([/\\]|\w:)/.test(entry));
    execFile(
      command,
      args,
      { timeout: 10_000, windowsHide: true, env: { ...process.env, PATH: PATH.join(delimiter) } },
      (error, stdout) => resolve(error ? undefined : stdout.trim()),
    );
  });
}
