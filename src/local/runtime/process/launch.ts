// The command that starts a function's process: program, arguments, and an environment without the user's variables.
import { access, constants } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import type { EnvironmentHost } from '../environment-host.ts';
import type { FunctionSpec } from '../function-spec.ts';
import { interpreterOf, isExact } from '../interpreters/find.ts';
import { switchedOff } from '../interpreters/node-features.ts';
import { setprivCommand } from './setpriv.ts';

export interface LaunchPlan {
  readonly command: string;
  readonly args: string[];
  readonly env: Record<string, string>;
  /** The program inherits its connection to the Runtime API from the server, as file descriptor 3. */
  readonly connected: boolean;
  /** A note for the user about this environment. */
  readonly notice?: string;
}

export interface Connection {
  /** The token that marks frames in the output. */
  token: string;
  /** The address of the Runtime API, `127.0.0.1:PORT`. */
  address: string;
  /** The log stream. */
  stream: string;
  /** The folder that serves as /tmp. */
  scratch: string;
  provisioned: boolean;
}

/** The function cannot be started; the message is AWS's. */
export class LaunchError extends Error {
  readonly type: string;
  /** More detail for the user of this machine, where AWS's message says too little. */
  readonly hint: string | undefined;

  constructor(type: string, message: string, hint?: string) {
    super(message);
    this.type = type;
    this.hint = hint;
  }
}

/** Rejects with a LaunchError when the interpreter is not installed, or the zip has no `bootstrap`. */
export async function launchPlan(
  spec: FunctionSpec,
  host: EnvironmentHost,
  connection: Connection,
): Promise<LaunchPlan> {
  const [plan, [first, ...options]] = await Promise.all([
    programPlan(spec, host, connection),
    setprivCommand(),
  ]);
  if (first === undefined) return plan;
  return { ...plan, command: first, args: [...options, plan.command, ...plan.args] };
}

async function programPlan(
  spec: FunctionSpec,
  host: EnvironmentHost,
  connection: Connection,
): Promise<LaunchPlan> {
  const env = environmentOf(spec, host, connection);
  const { runtime } = spec;
  const family = /^[a-z]+/.exec(runtime)?.[0];
  if (family === 'provided') return provided(spec, env);
  if (family !== 'python' && family !== 'nodejs') {
    throw unknownRuntime(`The local AWS cannot run ${runtime}; it runs python3.x, nodejsNN.x and provided.*`);
  }
  const interpreter = await interpreterOf(runtime, host.cache);
  if (!interpreter) {
    throw unknownRuntime(
      `There is no ${family === 'python' ? 'Python' : 'Node.js'} on this machine for ${runtime}: install it, or add it to PATH`,
    );
  }
  const notice = isExact(runtime, interpreter)
    ? undefined
    : `slsctl local: ${runtime} is not on this machine; running on ${family} ${interpreter.version}`;
  const args =
    family === 'python'
      ? ['-X', `pycache_prefix=${host.cache}`, join(host.bootstraps, 'python', 'main.py')]
      : [
          ...switchedOff(runtime, interpreter.switches ?? [], spec.variables.NODE_OPTIONS),
          `--max-old-space-size=${Math.floor(spec.memorySize * 0.9)}`,
          join(host.bootstraps, 'node', 'main.cjs'),
        ];
  env.PATH = [dirname(interpreter.file), env.PATH].filter(Boolean).join(delimiter);
  env._SLSCTL_FRAME = connection.token;
  const wrapper = wrapperOf(spec);
  // A socket pair is faster than loopback and connected from the start. Windows cannot pass one on, a wrapper may not.
  const connected = process.platform !== 'win32' && !wrapper;
  if (connected) env._SLSCTL_SOCKET = '3';
  return wrapper
    ? { command: wrapper, args: [interpreter.file, ...args], env, connected, notice }
    : { command: interpreter.file, args, env, connected, notice };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html#runtime-wrapper */
function wrapperOf({ variables, codeDir, optDir }: FunctionSpec): string | undefined {
  const named = variables.AWS_LAMBDA_EXEC_WRAPPER;
  const [, place, rest = ''] = /^\/(opt|var\/task)\/(.+)$/.exec(named ?? '') ?? [];
  if (place === 'opt' && optDir) return join(optDir, rest);
  return place === 'var/task' ? join(codeDir, rest) : named;
}

function unknownRuntime(message: string): LaunchError {
  return new LaunchError('Runtime.InvalidRuntime', message);
}

async function provided(spec: FunctionSpec, env: Record<string, string>): Promise<LaunchPlan> {
  for (const folder of [spec.codeDir, spec.optDir]) {
    const command = join(folder ?? spec.codeDir, 'bootstrap');
    const runs = await access(command, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return { command, args: [], env, connected: false };
  }
  throw new LaunchError(
    'Runtime.InvalidEntrypoint',
    "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]",
    `${spec.runtime} runs the file \`bootstrap\` of the package or of a layer; it is missing or not executable`,
  );
}

/** https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html */
function pythonPath({ runtime, codeDir, optDir }: FunctionSpec): string {
  const layered = optDir
    ? [join(optDir, 'python', 'lib', runtime, 'site-packages'), join(optDir, 'python')]
    : [];
  return [codeDir, ...layered].join(delimiter);
}

function nodePath({ runtime, codeDir, optDir }: FunctionSpec): string {
  const version = /^nodejs(\d+)/.exec(runtime)?.[1] ?? '';
  const layered = optDir
    ? [join(optDir, 'nodejs', `node${version}`, 'node_modules'), join(optDir, 'nodejs', 'node_modules')]
    : [];
  return [join(codeDir, 'node_modules'), ...layered].join(delimiter);
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
function environmentOf(
  spec: FunctionSpec,
  host: EnvironmentHost,
  { address, stream, scratch, provisioned }: Connection,
): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = spec.credentials();
  const { codeDir, optDir, region } = spec;
  const inOpt = (...parts: string[]) => (optDir ? [join(optDir, ...parts)] : []);
  const optional: Record<string, string | undefined> = {
    PATH: [process.env.PATH, ...inOpt('bin')].filter(Boolean).join(delimiter) || undefined,
    LD_LIBRARY_PATH: [join(codeDir, 'lib'), codeDir, ...inOpt('lib')].join(delimiter),
    // Programs on Windows do not start without these.
    SystemRoot: process.env.SystemRoot,
    TEMP: process.platform === 'win32' ? scratch : undefined,
    ...(spec.runtime.startsWith('python') ? { PYTHONPATH: pythonPath(spec) } : {}),
    ...(spec.runtime.startsWith('nodejs') ? { NODE_PATH: nodePath(spec) } : {}),
  };
  return {
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    ...(spec.logging?.format === 'JSON'
      ? { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: spec.logging.applicationLevel ?? 'INFO' }
      : {}),
    TMPDIR: scratch,
    PWD: codeDir,
    SHLVL: '0',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    ...spec.variables,
    _HANDLER: spec.handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${spec.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_VERSION: spec.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: provisioned ? 'provisioned-concurrency' : 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: spec.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: stream,
    AWS_LAMBDA_RUNTIME_API: address,
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: '169.254.79.129:2000',
    _AWS_XRAY_DAEMON_ADDRESS: '169.254.79.129',
    _AWS_XRAY_DAEMON_PORT: '2000',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    // The function's own AWS calls go to the local AWS too.
    AWS_ENDPOINT_URL: host.endpoint(),
    LAMBDA_TASK_ROOT: codeDir,
    LAMBDA_RUNTIME_DIR: host.bootstraps,
  } as Record<string, string>;
}
