// Wheels for another machine, by the pip of this one: nothing is compiled, and nothing of this machine is taken.
import { badInput, UserError } from '../../errors.ts';
import { type Ended, type Host, lastLines, type Program, runProgram } from './program.ts';
import { describeTarget, markerEnvironment, type Target, wheelPlatforms } from './target.ts';

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
    if (ended.code !== 0) throw await failure(ended, program, job);
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

const unreachable = /Could not fetch URL|NewConnectionError|NameResolutionError|ConnectTimeout|ProxyError/;
const wrongInput =
  /Invalid requirement|--require-hashes|DO NOT MATCH THE HASHES|ResolutionImpossible|not a supported wheel/;

async function failure({ output }: Ended, program: Program, job: PipJob): Promise<UserError> {
  const title = `pip cannot install ${job.file} for ${describeTarget(job.target)}`;
  if (unreachable.test(output)) {
    return new UserError(title, undefined, {
      reason: 'the package index cannot be reached',
      next: 'check the network, the proxy and pip config list, and run it again',
    });
  }
  const missing = /No matching distribution found for (.+)/.exec(output)?.[1]?.trim();
  if (missing) {
    const versions = /\(from versions: (?!none)([^)]*)\)/.exec(output)?.[1];
    // Asked again for what it passed over, and why.
    const told = versions === undefined ? await run(program, job, ['-vv']) : undefined;
    return noWheel(missing.split(' (from ')[0] as string, job.target, { versions, log: told?.output ?? '' });
  }
  const said = output
    .split(/\r?\n/)
    .filter((line) => /^\s*ERROR: |^ {4}\S/.test(line))
    .map((line) => line.trim().replace(/^ERROR: /, ''));
  const reason = said.length > 0 ? said.slice(0, 6).join('\n') : lastLines(output, 6);
  return wrongInput.test(output) ? badInput(title, { reason }) : new UserError(title, undefined, { reason });
}

/** Says whether a package is there as source only, for other machines only, or not at all. */
function noWheel(
  requirement: string,
  target: Target,
  { versions, log }: { versions?: string; log: string },
): UserError {
  const [, name = requirement, version = ''] = /^([\w.-]+)(?:==([\w.!+-]+)$)?/.exec(requirement) ?? [];
  const file = `/${normalized(name)}-${normalized(version)}`;
  const skipped = log
    .split('\n')
    .filter(
      (line) => /Skipping link|requires a different Python/.test(line) && normalized(line).includes(file),
    );
  const is = (words: string) => skipped.some((line) => line.includes(words));
  const newest = versions?.split(', ').slice(-5).join(', ');
  const reason = newest
    ? `versions with wheels that fit: ${newest}`
    : is("none of the wheel's tags")
      ? 'its wheels are for other systems, architectures or versions of Python'
      : is('No sources permitted')
        ? 'it is published as source only, and that would be compiled for this machine'
        : is('requires a different Python')
          ? `it is for other versions of Python than ${target.version}`
          : 'the package index does not have it';
  return badInput(`no wheel of ${requirement} for ${describeTarget(target)} on Amazon Linux`, {
    reason,
    next:
      skipped.length > 0 || newest
        ? `pin a version with wheels; or make one (pip wheel --no-deps ${name} -w wheels) and add "--find-links wheels"; or leave it out`
        : 'check name and version, and with "pip config list" which index is asked',
  });
}

/** Names of packages and files compare like this (PEP 503). */
function normalized(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
