// The retries of a client: after a missing answer, and after AWS throttled a request.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createAws } from '../../src/aws/create.ts';

/** An endpoint that gives these answers in turn, the last again and again, and counts its requests. */
async function answering(...answers: ((response: ServerResponse) => void)[]) {
  let requests = 0;
  const server = createServer((request, response) => {
    const answer = answers[Math.min(requests++, answers.length - 1)];
    request.resume().on('end', () => answer?.(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const aws = await createAws({
    ...{ cwd: '/', env: {} },
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'AKIDEXAMPLEEXAMPLE12', secretAccessKey: 'example-secret-of-nobody' },
  });
  return { aws, requests: () => requests };
}

const refused = (status: number, type: string) => (response: ServerResponse) =>
  void response
    .writeHead(status, { 'x-amzn-errortype': type, 'content-type': 'application/json' })
    .end('{"message": "no"}');
const cutOff = (response: ServerResponse) => void response.destroy();
const done = (response: ServerResponse) => void response.end('"done"');
const invoke = () => new InvokeCommand({ FunctionName: 'pay' });

describe('an AWS client', () => {
  it.each([
    ['after a cut connection', cutOff],
    ['after a gateway timeout', refused(504, 'GatewayTimeout')],
    ['after a service error', refused(500, 'ServiceException')],
  ])('does not retry an invocation %s: the function may have run', async (_, answer) => {
    const { aws, requests } = await answering(answer, done);
    await expect(aws.lambda.send(invoke())).rejects.toHaveProperty('apiCall', 'Lambda:Invoke');
    expect(requests()).toBe(1);
  });

  it('retries an invocation that was throttled', async () => {
    const { aws, requests } = await answering(refused(429, 'TooManyRequestsException'), done);
    expect(Buffer.from((await aws.lambda.send(invoke())).Payload ?? []).toString()).toBe('"done"');
    expect(requests()).toBe(2);
  });

  it('retries every other call after a cut connection or a service error', async () => {
    const { aws, requests } = await answering(cutOff, refused(500, 'ServiceException'), (response) =>
      response.end('{}'),
    );
    await aws.lambda.send(new GetFunctionCommand({ FunctionName: 'pay' }));
    expect(requests()).toBe(3);
  });
});

it('a client that gave up on a throttling AWS does not wait as long at the next call', async () => {
  const { aws, requests } = await answering(refused(429, 'TooManyRequestsException'));
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 200_000));
  onTestFinished(() => clock.mockRestore());
  const asked = aws.lambda.send(new GetFunctionCommand({ FunctionName: 'pay' }));
  await expect(asked).rejects.toMatchObject({
    name: 'TooManyRequestsException',
    apiCall: 'Lambda:GetFunction',
  });
  expect(requests()).toBeLessThan(3);
});
