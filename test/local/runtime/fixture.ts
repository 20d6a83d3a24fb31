// A pool of execution environments with real processes, and functions of a few lines.
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Limits } from '../../../src/local/runtime/environment-host.ts';
import type { FunctionSpec, Invocation, Outcome } from '../../../src/local/runtime/function-spec.ts';
import { Pool } from '../../../src/local/runtime/pool.ts';

export interface LogEvent {
  group: string;
  stream: string;
  message: string;
}

export interface Answer extends Outcome {
  requestId: string;
  text: string;
  /** The payload, parsed as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the function answers
  json: any;
  /** Lines of the log of this invocation. */
  lines: string[];
}

/** Without these interpreters, each environment writes a notice to the log; the tests ignore it. */
export const notice = /^slsctl local: (python3\.12|nodejs20\.x) is not on this machine; .*\n?$/;

export const bootstraps = fileURLToPath(new URL('../../../src/local/runtime/bootstraps', import.meta.url));

export async function runtimeFixture(limits: Partial<Limits> = {}) {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'slsctl-runtime-')));
  const events: LogEvent[] = [];
  const pool = new Pool({
    bootstraps,
    cache: join(root, 'cache'),
    limits,
    endpoint: () => 'http://127.0.0.1:4586',
    log: ({ logGroup }, stream, message) => void events.push({ group: logGroup, stream, message }),
  });
  let count = 0;

  /** A function with these files; `changes` replace the defaults. */
  async function make(
    files: Record<string, string>,
    changes: Partial<FunctionSpec> = {},
  ): Promise<FunctionSpec> {
    const name = `f${++count}`;
    const codeDir = join(root, name);
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(codeDir, path)), { recursive: true });
      await writeFile(join(codeDir, path), text);
      if (path === 'bootstrap') await chmod(join(codeDir, path), 0o755);
    }
    await mkdir(codeDir, { recursive: true });
    const python = 'm.py' in files;
    return {
      revision: randomUUID(),
      account: '123456789012',
      region: 'eu-central-1',
      name,
      version: '$LATEST',
      runtime: python ? 'python3.12' : 'nodejs20.x',
      handler: 'm.handler',
      memorySize: 256,
      timeout: 20,
      variables: {},
      codeDir,
      logGroup: `/aws/lambda/${name}`,
      credentials: () => ({ accessKeyId: 'ASIATEST', secretAccessKey: 'secret', sessionToken: 'token' }),
      ...changes,
    };
  }

  async function invoke(
    spec: FunctionSpec,
    event: unknown = {},
    changes: Partial<Invocation> = {},
  ): Promise<Answer> {
    const requestId = randomUUID();
    const outcome = await pool.invoke(spec, {
      requestId,
      payload: Buffer.from(JSON.stringify(event)),
      invokedArn: `arn:aws:lambda:${spec.region}:${spec.account}:function:${spec.name}`,
      ...changes,
    });
    const text = Buffer.from(outcome.payload).toString();
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      json = undefined;
    }
    const lines = outcome.log.split('\n').slice(0, -1);
    return { ...outcome, requestId, text, json, lines: lines.filter((line) => !notice.test(line)) };
  }

  const messages = (spec: FunctionSpec) =>
    events.filter(({ group }) => group === spec.logGroup).map(({ message }) => message);
  const python = (code: string, changes: Partial<FunctionSpec> = {}) => make({ 'm.py': code }, changes);
  const node = (code: string, changes: Partial<FunctionSpec> = {}) => make({ 'm.mjs': code }, changes);

  return {
    root,
    pool,
    events,
    make,
    python,
    node,
    invoke,
    /** Messages of the function's log group. */
    logOf: (spec: FunctionSpec) => messages(spec).filter((message) => !notice.test(message)),
    /** The notice about another interpreter than the runtime's. */
    noticeOf: (spec: FunctionSpec) => messages(spec).find((message) => message.startsWith('slsctl local:')),
    async close() {
      await pool.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

export type RuntimeFixture = Awaited<ReturnType<typeof runtimeFixture>>;

/** Waits until `what` is true; the time limit of the test ends the wait. */
export async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 10));
}
