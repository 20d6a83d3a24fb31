// Wheels for another machine, by the pip of this one: nothing is compiled, and nothing of this machine is taken.
import { join } from 'node:path';
import { type Target, wheelPlatforms } from '../target.ts';
import { type BuildHost, runTool, type Tool, type ToolResult } from '../tools.ts';
import { pipFailure, pipWarnings } from './pip-failure.ts';
import { noPip, oldPip, pipStart } from './pip-start.ts';
import { refuseCompiled } from './refuse-compiled.ts';

const interpreters: Tool[] = [
  { file: 'python3', args: [] },
  { file: 'python', args: [] },
  ...(process.platform === 'win32' ? [{ file: 'py', args: ['-3'] }] : []),
];

export interface PipJob {
  /** The requirements file; paths in it count from `cwd`, or from itself as pip decides. */
  file: string;
  /** The file that the user wrote: the same, or what the requirements come from. */
  source: string;
  cwd: string;
  /** An empty folder. */
  into: string;
  target: Target;
  host: BuildHost;
}

export interface PipResult {
  /** false: this machine has no Python with a pip that could. */
  installed: boolean;
  /** Version of a pip that is too old. */
  tooOld?: string;
}

/** Rejects with a UserError when pip fails, and when it compiled something for this machine. */
export async function pipInstall(job: PipJob): Promise<PipResult> {
  let tooOld: string | undefined;
  for (const program of interpreters) {
    const ended = await run(program, job, []);
    // 9009: what Windows has instead of a program; 126, 127: what a version manager without one answers.
    if (!ended || [noPip, 9009, 126, 127].includes(ended.code)) continue;
    const { code, output } = ended;
    if (code === oldPip) {
      tooOld ??= ended.stdout;
      continue;
    }
    if (code !== 0) {
      const verbose = async () => (await run(program, job, ['-vv']))?.output ?? '';
      throw await pipFailure({ ...job, output, verbose });
    }
    await refuseCompiled(job.into, output, job.target);
    for (const warning of pipWarnings(output)) job.host.note(warning);
    return { installed: true };
  }
  return { installed: false, tooOld };
}

async function run(program: Tool, job: PipJob, more: readonly string[]): Promise<ToolResult | undefined> {
  const { target, into, file, cwd, host } = job;
  const args = [
    ...[...pipStart(target), 'install', '--target', into, '--only-binary', ':all:'],
    ...['--implementation', 'cp', '--python-version', target.version],
    // Else a free-threaded Python, or one made for debugging, asks for wheels of its own kind.
    ...['--abi', `cp${target.version.replace('.', '')}`],
    ...wheelPlatforms(target).flatMap((tag) => ['--platform', tag]),
    ...['--no-compile', '--no-input', '--disable-pip-version-check', '--progress-bar', 'off'],
    ...['--no-warn-script-location', ...more, '-r', file],
  ];
  const env = {
    // Settings of the user that contradict a folder to install into, or hide what was built.
    ...{ PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0', PIP_QUIET: '0' },
    // Before 23.1 setup.py may install without a wheel, which leaves no word of what it is for.
    PIP_USE_PEP517: '1',
    // `python` among the user's settings would start another pip, which is not told of the target.
    _PIP_RUNNING_IN_SUBPROCESS: '1',
    ...{ PYTHONDONTWRITEBYTECODE: '1', GIT_OPTIONAL_LOCKS: '0', PIP_SRC: join(into, '..', 'src') },
  };
  try {
    return await runTool(program, args, { cwd, host, env });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
