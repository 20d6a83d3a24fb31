// Wheels for another machine, by the pip of this one: nothing is compiled, and nothing of this machine is taken.
import { pipFailure } from './pip-failure.ts';
import { type Ended, type Host, type Program, runProgram } from './program.ts';
import { markerEnvironment, type Target, wheelPlatforms } from './target.ts';

/** What Python exits with when it has no pip. */
const noPip = 86;

/**
 * pip takes tags of wheels from its arguments, but the values of environment markers from the interpreter that
 * runs it (pypa/pip#11664). Here they are those of the target. The folder it runs in must not be importable.
 */
const start = `
import sys
if sys.path and sys.path[0] == '':
    del sys.path[0]
import json, runpy
try:
    import pip
except ImportError:
    sys.exit(${noPip})
target = json.loads(sys.argv.pop(1))
try:
    from pip._vendor.packaging import markers
    machine = markers.default_environment
    markers.default_environment = lambda: dict(machine(), **target)
except (ImportError, AttributeError):
    pass
runpy.run_module('pip', run_name='__main__', alter_sys=True)
`;

const interpreters: Program[] = [
  { file: 'python3', args: [] },
  { file: 'python', args: [] },
  ...(process.platform === 'win32' ? [{ file: 'py', args: ['-3'] }] : []),
];

export interface PipJob {
  /** The requirements file; paths in it count from `cwd`, or from itself as pip decides. */
  file: string;
  cwd: string;
  /** An empty folder. */
  into: string;
  target: Target;
  host: Host;
}

/** false: this machine has no Python with pip. Rejects with a UserError when pip fails. */
export async function pipInstall(job: PipJob): Promise<boolean> {
  for (const program of interpreters) {
    const ended = await run(program, job, []);
    // 9009: what Windows has instead of a program; 126, 127: what a version manager without one answers.
    if (!ended || [noPip, 9009, 126, 127].includes(ended.code)) continue;
    if (ended.code !== 0) {
      const { output } = ended;
      const verbose = async () => (await run(program, job, ['-vv']))?.output ?? '';
      throw await pipFailure({ ...job, output, verbose });
    }
    return true;
  }
  return false;
}

async function run(program: Program, job: PipJob, more: readonly string[]): Promise<Ended | undefined> {
  const { target, into, file, cwd, host } = job;
  const args = [
    ...['-c', start, JSON.stringify(markerEnvironment(target)), 'install', '--target', into],
    ...['--only-binary', ':all:', '--implementation', 'cp', '--python-version', target.version],
    ...wheelPlatforms(target).flatMap((tag) => ['--platform', tag]),
    ...['--no-compile', '--no-input', '--disable-pip-version-check', '--progress-bar', 'off'],
    ...['--no-warn-script-location', ...more, '-r', file],
  ];
  // Settings of the user that contradict a folder to install into.
  const env = { PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0', PYTHONDONTWRITEBYTECODE: '1' };
  try {
    return await runProgram(program, args, { cwd, host, env });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
