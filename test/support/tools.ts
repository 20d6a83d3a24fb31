// External programs that tests use. A missing one is an error in CI, and skips tests elsewhere.
import { shared } from './shared/ask.ts';
import { findInfoZip } from './shared/find.ts';

/** The AWS CLI, version 2; undefined (and said so on stderr) when there is none. */
export async function awsCli(): Promise<string | undefined> {
  return (await shared('awsCli')) ?? missing('the AWS CLI, version 2 (aws)', 'install it and put it on PATH');
}

/**
 * An AWS CLI of either version that knows what Lambda has had since the end of 2025; undefined (and said so on
 * stderr) when there is none.
 */
export async function recentAwsCli(): Promise<string | undefined> {
  const advice = "SKIPPED: no recent AWS CLI (aws): pip install awscli, or AWS's own installer\n";
  return (await shared('recentAwsCli')) ?? skipped(advice);
}

/** moto's server; undefined when there is none. */
export async function motoServer(): Promise<string | undefined> {
  const advice = "pip install 'moto[server]', or name it in SLSCTL_MOTO";
  return (await shared('motoServer')) ?? missing('moto_server', advice);
}

/** ministack's server; undefined when there is none. */
export async function ministackServer(): Promise<string | undefined> {
  const advice = 'pip install ministack, or name it in SLSCTL_MINISTACK';
  return (await shared('ministackProgram')) ?? missing('ministack', advice);
}

/** A Python with LocalStack; undefined when there is none. */
export async function localStackPython(): Promise<string | undefined> {
  const advice = "pip install 'localstack-core[runtime]', and name that Python in SLSCTL_LOCALSTACK";
  return (await shared('localStackPython')) ?? missing('LocalStack', advice);
}

/** uv; undefined (and said so on stderr) when there is none. */
export async function uvProgram(): Promise<string | undefined> {
  return (await shared('uv')) ?? skipped('SKIPPED: no uv: pip install uv\n');
}

/** A program of Info-ZIP (`zip`, `unzip`), which not every system has; undefined when it is missing. */
export async function infoZip(name: 'zip' | 'unzip'): Promise<string | undefined> {
  return (await findInfoZip(name)) ?? missing(name, 'install it and put it on PATH');
}

/** Reports a missing tool: an error in CI. */
export function missing(tool: string, advice: string): undefined {
  const text = `${tool} is missing: ${advice}`;
  if (process.env.CI) throw new Error(text);
  return skipped(`SKIPPED: ${text}\n`);
}

function skipped(text: string): undefined {
  process.stderr.write(text);
  return undefined;
}
