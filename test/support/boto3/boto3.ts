// boto3 as a client of the local AWS: a Python process that sends calls and returns boto3's answers.
import { execFile, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { motoServer } from '../tools.ts';

const bridge = fileURLToPath(new URL('./boto3_bridge.py', import.meta.url));

/** boto3's answer, with status and headers; for a failed call, the members of the error. */
export interface Told extends Record<string, unknown> {
  status: number;
  headers: Record<string, string>;
  Error?: { Code: string; Message: string };
}

export interface Boto3 {
  /** `call('lambda', 'get_function', { FunctionName })`; a Uint8Array in the input is sent as bytes. */
  call(service: string, operation: string, input?: object, region?: string): Promise<Told>;
  /** The pages that a paginator of boto3 finds, of at most so many entries. */
  pages(service: string, operation: string, PageSize: number, input?: object): Promise<Told[]>;
  /** Resolves when a waiter of boto3 does. */
  wait(service: string, waiter: string, input: object): Promise<void>;
  stop(): Promise<void>;
}

/** A Python with boto3: the one that moto runs on, which needs it; undefined when there is none. */
export async function pythonWithBoto3(): Promise<string | undefined> {
  const moto = await motoServer();
  if (!moto) return undefined;
  const beside = ['python3', 'python', 'python.exe'].map((name) => join(dirname(moto), name));
  for (const file of [...beside, 'python3']) {
    const has = await promisify(execFile)(file, ['-c', 'import boto3']).catch(() => undefined);
    if (has) return file;
  }
  throw new Error(`moto is at ${moto}, but no Python beside it has boto3`);
}

/** `env`: endpoint, region and credentials. */
export function startBoto3(python: string, env: Record<string, string>): Boto3 {
  const { AWS_PROFILE: _, ...rest } = process.env;
  const child = spawn(python, [bridge], {
    env: { ...rest, ...env, AWS_EC2_METADATA_DISABLED: 'true' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (data) => {
    said += data;
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();

  async function ask(question: object): Promise<unknown> {
    child.stdin.write(`${JSON.stringify(sent(question))}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`boto3 ended: ${said}`);
    return JSON.parse(value);
  }

  /** One call at a time: answers come in the order of the calls. */
  function inTurn<Answer>(question: object): Promise<Answer> {
    const answer = last.then(() => ask(question));
    last = answer.catch(() => undefined);
    return answer as Promise<Answer>;
  }

  return {
    call: (service, operation, input = {}, region = undefined) =>
      inTurn({ way: 'call', service, operation, input, region }),
    pages: (service, operation, PageSize, input = {}) =>
      inTurn({ way: 'pages', service, operation, input: { ...input, PageSize } }),
    wait: (service, operation, input) => inTurn({ way: 'wait', service, operation, input }),
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

/** Bytes as {"bytes": base64}; a Buffer would turn itself into a list of numbers. */
function sent(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(sent);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, sent(item)]));
}
