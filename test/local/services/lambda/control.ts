// The local Lambda with a store in memory and without a server, for tests that run no functions.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLambdaService } from '../../../../src/local/services/lambda/service.ts';
import { account, callerOf } from '../../call.ts';
import { alone, lonely } from '../../composed.ts';

export const role = `arn:aws:iam::${account}:role/any`;
export const region = 'eu-central-1';

export function functionArn(name: string): string {
  return `arn:aws:lambda:${region}:${account}:function:${name}`;
}

/** A zip with one file, `index.py`, which contains `def handler(event, context): return event`. */
export const zip = Buffer.from(
  'UEsDBBQAAAAAAAAAIVo1ODTkKgAAACoAAAAIAAAAaW5kZXgucHlkZWYgaGFuZGxlcihldmVudCwgY29udGV4dCk6IHJldHVybiBldmVudApQSwECFAMUAAAAAAAAACFaNTg05CoAAAAqAAAACAAAAAAAAAAAAAAApAEAAAAAaW5kZXgucHlQSwUGAAAAAAEAAQA2AAAAUAAAAAAA',
  'base64',
);

/** Call `close` at the end of the tests. */
export async function lambdaControl(delays?: { create: number; update: number }) {
  const dir = await mkdtemp(join(tmpdir(), 'slsctl-lambda-'));
  const made = alone(createLambdaService, { dir }, lonely);
  const service = { ...made, state: { ...made.state, ...(delays ? { delays } : {}) } };
  const call = callerOf(service);
  return {
    service,
    call,
    create: (FunctionName: string, more: object = {}) =>
      call('CreateFunction', {
        FunctionName,
        Role: role,
        Runtime: 'python3.13',
        Handler: 'index.handler',
        Code: { ZipFile: zip },
        ...more,
      }),
    /** An alias for version 1, which is published. */
    async alias(FunctionName: string, Name: string): Promise<void> {
      await call('PublishVersion', { FunctionName });
      await call('CreateAlias', { FunctionName, Name, FunctionVersion: '1' });
    },
    async close(): Promise<void> {
      await made.close?.();
      // A provisioned environment may still be ending.
      await rm(dir, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

export type LambdaControl = Awaited<ReturnType<typeof lambdaControl>>;

/** The error of a rejected call: code and message. */
export async function refusal(pending: Promise<unknown>): Promise<string> {
  try {
    await pending;
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  throw new Error('was not refused');
}
