// Servers that accept connections and never answer: no call waits for ever.
import { createServer, type Server } from 'node:net';
import { GetFunctionCommand, LambdaClient, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Connections } from '../../src/aws/connections.ts';
import { keepFinal } from '../../src/aws/middleware/final.ts';
import { noticeLostAnswers } from '../../src/aws/middleware/lost-answers.ts';
import { nameErrors } from '../../src/aws/middleware/name-errors.ts';
import { describeError } from '../../src/errors/describe-error.ts';
import { wasLost } from '../../src/errors/lost-answer.ts';

let server: Server;
let connections = 0;
let lambda: LambdaClient;

beforeAll(async () => {
  server = createServer((socket) => {
    connections++;
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  lambda = new LambdaClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    maxAttempts: 5,
    requestHandler: new Connections({ silence: 200 }),
  });
  for (const add of [nameErrors, keepFinal, noticeLostAnswers]) add(lambda.middlewareStack);
});
afterAll(() => void server?.close());

it.each([
  ['read', new GetFunctionCommand({ FunctionName: 'f' }), false],
  ['write', new UpdateAliasCommand({ FunctionName: 'f', Name: 'a' }), true],
])('a %s is given up after two silent attempts', async (_, command, lost) => {
  connections = 0;
  const error = await lambda.send(command as GetFunctionCommand).catch((error: Error) => error);
  expect(connections).toBe(2);
  expect(describeError(error).message).toMatch(/^127\.0\.0\.1:\d+ did not answer in time$/);
  expect(wasLost(error)).toBe(lost);
});

it.each([
  ['that nobody listens at', 'http://127.0.0.1:1'],
  ['that does not exist', 'http://nowhere.invalid'],
])('a write to an endpoint %s was not lost, since it was never sent', async (_, endpoint) => {
  const client = new LambdaClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    maxAttempts: 2,
    requestHandler: new Connections(),
  });
  for (const add of [nameErrors, keepFinal, noticeLostAnswers]) add(client.middlewareStack);
  const command = new UpdateAliasCommand({ FunctionName: 'f', Name: 'a' });
  const error = await client.send(command).catch((error: Error) => error);
  expect(error).toBeInstanceOf(Error);
  expect(wasLost(error)).toBe(false);
});
