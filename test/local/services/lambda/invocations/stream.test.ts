// InvokeWithResponseStream from a client's view: the parts as the function writes them, then the result.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvokeWithResponseStreamCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { removeFolder, temporaryFolder } from '../../../../support/project.ts';
import { zipOf } from '../../../../support/zip.ts';
import { createFunction, type LambdaAws, startLambda } from '../fixture.ts';

let aws: LambdaAws;
let folder: string;
beforeAll(async () => {
  aws = await startLambda();
  folder = await temporaryFolder('stream');
});
afterAll(async () => {
  await aws.stop();
  await removeFolder(folder);
});

/** Writes one part, waits for the file in the event, writes another part. */
const streaming = `import { existsSync } from 'node:fs';
export const handler = awslambda.streamifyResponse(async (event, stream) => {
  stream.write('one ');
  while (event.until && !existsSync(event.until)) await new Promise((resolve) => setTimeout(resolve, 10));
  if (event.fail) throw new TypeError('too late');
  stream.end('two');
});
`;

async function make(code: string): Promise<string> {
  const Code = { ZipFile: await zipOf({ 'index.mjs': code }) };
  return createFunction(aws, { Runtime: 'nodejs20.x', Code });
}

async function invoke(FunctionName: string, event: object) {
  const { EventStream, ...answer } = await aws.lambda.send(
    new InvokeWithResponseStreamCommand({
      FunctionName,
      Payload: JSON.stringify(event) as never,
      LogType: 'Tail',
    }),
  );
  const events = (EventStream as AsyncIterable<Record<string, never>>)[Symbol.asyncIterator]();
  const next = async () => {
    const { value } = await events.next();
    const { PayloadChunk, InvokeComplete } = (value ?? {}) as {
      PayloadChunk?: { Payload: Uint8Array };
      InvokeComplete?: { LogResult: string };
    };
    return PayloadChunk ? Buffer.from(PayloadChunk.Payload).toString() : InvokeComplete;
  };
  return { answer, next };
}

it('a streamed response arrives part by part while the function still runs', async () => {
  const name = await make(streaming);
  const until = join(folder, 'go');
  const { answer, next } = await invoke(name, { until });
  expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
  expect(await next()).toBe('one ');
  await writeFile(until, '');
  expect(await next()).toBe('two');
  const { LogResult = '', ...complete } = (await next()) as { LogResult?: string };
  expect(complete).toEqual({});
  expect(Buffer.from(LogResult, 'base64').toString()).toMatch(/^START RequestId: [\s\S]*REPORT RequestId: /);
  expect(await next()).toBeUndefined();
});

it('a streamed response reports at its end an error that came after its first part', async () => {
  const { next } = await invoke(await make(streaming), { fail: true });
  expect(await next()).toBe('one ');
  const complete = (await next()) as unknown as { ErrorCode: string; ErrorDetails: string };
  expect(complete.ErrorCode).toBe('TypeError');
  expect(JSON.parse(complete.ErrorDetails)).toMatchObject({
    errorType: 'TypeError',
    errorMessage: 'too late',
  });
});
