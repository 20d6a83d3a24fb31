// Installs wheels for another machine with the pip of this one. Nothing is compiled.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Target, wheelPlatforms } from '../target.ts';
import { type BuildHost, runTool, type Tool, type ToolResult } from '../tools.ts';
import { pipFailure, pipWarnings } from './pip-failure.ts';
import { noPip, oldPip, pipStart } from './pip-start.ts';
import { refuseCompiled } from './refuse-compiled.ts';
import { optionLines } from './requirements.ts';

const interpreters: Tool[] = [
  { file: 'python3', args: [] },
  { file: 'python', args: [] },
  ...(process.platform === 'win32' ? [{ file: 'py', args: ['-3'] }] : []),
];

export interface PipJob {
  /** The requirements file. pip resolves paths in it from `cwd` or from the file's folder. */
  file: string;
  /** The file that the user wrote: the same, or the one that the requirements were made from. */
  source: string;
  cwd: string;
  /** An empty folder. */
  into: string;
  target: Target;
  host: BuildHost;
}

export interface PipResult {
  /** false: this machine has no suitable pip. */
  installed: boolean;
  /** Version of a pip that is too old. */
  tooOld?: string;
}

/** Rejects with a UserError when pip fails, and when it compiled native code for this machine. */
export async function pipInstall(job: PipJob): Promise<PipResult> {
  let tooOld: string | undefined;
  for (const program of interpreters) {
    const result = await run(program, job, []);
    // 9009: the placeholder that Windows has for Python. 126, 127: a version manager that has no Python installed.
    if (!result || [noPip, 9009, 126, 127].includes(result.code)) continue;
    const { code, output } = result;
    if (code === oldPip) {
      tooOld ??= result.stdout;
      continue;
    }
    if (code !== 0) {
      const verbose = async () => (await run(program, job, ['-vv']))?.output ?? '';
      const only = (requirement: string) => runOnly(program, job, requirement);
      throw await pipFailure({ ...job, output, verbose, only });
    }
    await refuseCompiled(job.into, output, job.target);
    for (const warning of pipWarnings(output)) job.host.note(warning);
    return { installed: true };
  }
  return { installed: false, tooOld };
}

/** The output of pip for one requirement. It finds packages in the same places. */
async function runOnly(program: Tool, job: PipJob, requirement: string): Promise<string> {
  const file = join(job.into, '..', 'only.txt');
  const options = await optionLines(job.file);
  await writeFile(file, [...options, requirement, ''].join('\n'));
  return (await run(program, { ...job, file }, []))?.output ?? '';
}

async function run(program: Tool, job: PipJob, more: readonly string[]): Promise<ToolResult | undefined> {
  const { target, into, file, cwd, host } = job;
  const args = [
    ...[...pipStart(target), 'install', '--target', into, '--only-binary', ':all:'],
    ...['--implementation', 'cp', '--python-version', target.version],
    // Without it, a free-threaded Python or a debug build of Python would choose wheels for itself.
    ...['--abi', `cp${target.version.replace('.', '')}`],
    ...wheelPlatforms(target).flatMap((tag) => ['--platform', tag]),
    ...['--no-compile', '--no-input', '--disable-pip-version-check', '--progress-bar', 'off'],
    ...['--no-warn-script-location', ...more, '-r', file],
  ];
  const env = {
    // Overrides settings of the user that contradict --target, or hide the lines that tell what was built.
    ...{ PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0', PIP_QUIET: '0' },
    // Before 23.1 pip may run setup.py without making a wheel; then no tag tells the platform.
    PIP_USE_PEP517: '1',
    // A setting `python` of the user would make pip start another pip, without the changes for the target.
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
