// plan, a canary and a rollback warn of what calls $LATEST; the address of a function is shown.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateEventSourceMappingCommand, DeleteEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { reachFor } from '../../../src/present/reach.ts';
import { expectSlsctl } from '../../support/in-process.ts';
import { clientSettings } from '../../support/local.ts';
import { interposed } from '../../support/proxy.ts';
import { open, TrafficProject, uploads } from './fixture.ts';

const project = new TrafficProject();
const queue = 'arn:aws:sqs:us-east-1:000000000000:work';
const readsQueues = 'arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole';
const code = (answer: number) =>
  writeFile(join(project.folder, 'app.py'), `def handler(event, context):\n    return ${answer}\n`);

/** Two versions, and an alias at the second. */
async function deployed(settings: object = {}): Promise<void> {
  for (const answer of [1, 2]) {
    await code(answer);
    await project.write({ aliases: { live: {} }, policies: [readsQueues], ...settings });
    await project.on(['deploy']);
  }
}

/** Sends the queue's messages to the function, or to one of its aliases. */
async function mapping(name: string): Promise<string> {
  await new SQSClient(clientSettings(project.local.env)).send(new CreateQueueCommand({ QueueName: 'work' }));
  const input = { FunctionName: name, EventSourceArn: queue };
  const { UUID = '' } = await project.lambda.send(new CreateEventSourceMappingCommand(input));
  onTestFinished(async () => {
    await project.lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
  });
  return UUID;
}

const heading = 'hello: calls of $LATEST do not follow alias live';
const canary = ['deploy', '--canary', '50%', '--bake', '1s'];

describe('what calls $LATEST', () => {
  it('is named by plan, canary and rollback, and not by another deployment', async () => {
    await deployed();
    const { FunctionUrl } = await project.makeUrl();
    await project.permit('theirs');
    const uuid = await mapping('hello');
    const said = `warning: ${heading}, so neither a canary nor a rollback reaches them:
  function URL ${FunctionUrl}
  permission theirs for s3.amazonaws.com
  event source mapping ${uuid} for ${queue}
  let the callers call hello:live, or write qualifier: $LATEST where this is intended
`;
    expect((await project.on(['plan', '--exit-code'])).stderr).toContain(said);
    expect((await project.on(['rollback'])).stderr).toContain(said);
    expect((await project.on(['rollback'])).stderr).toContain(said);
    expect((await project.on(canary)).stderr).toContain(said);
    await code(3);
    expect((await project.on(['deploy'])).stderr).not.toContain('$LATEST');
    const { callsLatest } = await project.answer(['plan']);
    expect(callsLatest).toEqual([
      {
        function: 'hello',
        alias: 'live',
        callers: [
          { kind: 'function URL', name: FunctionUrl },
          { kind: 'permission', name: 'theirs', caller: 's3.amazonaws.com' },
          { kind: 'event source mapping', name: uuid, caller: queue },
        ],
      },
    ]);
    expect((await project.answer(['rollback'])).callsLatest).toEqual(callsLatest);
  });

  it('gives no warning where slsctl.yml declares it, and where callers call the alias', async () => {
    await deployed({
      url: { ...open, qualifier: '$LATEST' },
      permissions: { uploads: { ...uploads, qualifier: '$LATEST' } },
    });
    await project.permit('theirs', 'live');
    await mapping('hello:live');
    expect((await project.on(['plan', '--exit-code'])).stderr).not.toContain(heading);
    expect((await project.on(['rollback'])).stderr).not.toContain(heading);
  });

  it('gives no warning when the plan moves it to the alias', async () => {
    await project.write({ url: open, permissions: { uploads } });
    await project.on(['deploy']);
    await project.write({ url: open, permissions: { uploads }, aliases: { live: {} } });
    expect((await project.on(['plan'])).stderr).not.toContain(heading);
    await project.permit('theirs');
    const { stderr } = await project.on(['plan']);
    expect(stderr).toContain('permission theirs');
    expect(stderr).not.toMatch(/permission uploads|function URL/);
  });

  it('gives no warning for a function without an alias that follows the deployments', async () => {
    await project.write({ url: open });
    await project.on(['deploy']);
    await project.permit('theirs');
    await project.write({ url: open, aliases: { kept: { version: '$LATEST' } } });
    expect((await project.on(['plan'])).stderr).not.toContain('$LATEST');
  });

  it('stops nothing where these credentials may not look', async () => {
    await deployed();
    const denying = await interposed(project.local.endpoint, async ({ method, path }) =>
      method === 'GET' && /event-source-mappings|\/policy|\/url/.test(path)
        ? { status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' }, body: '{}' }
        : undefined,
    );
    onTestFinished(() => denying.close());
    const at = { cwd: project.folder, env: project.local.env };
    const { stderr } = await expectSlsctl(['rollback', '--endpoint-url', denying.endpoint], at);
    expect(stderr).not.toContain('warning');
  });
});

/** The address of the URL as it can be typed on this machine. */
async function shownAt(qualifier?: string): Promise<string> {
  const reach = await reachFor(project.local.endpoint);
  return reach(await project.addressAt(qualifier));
}

describe('the URL', () => {
  it.each<[{ authType: string; qualifier?: string }, string, boolean]>([
    [{ authType: 'NONE' }, 'calls live, public: everybody may call it', true],
    [{ authType: 'AWS_IAM' }, 'calls live, signed requests only', false],
    [{ authType: 'NONE', qualifier: '$LATEST' }, 'calls $LATEST, public: everybody may call it', true],
  ])('%j is the result of deploy and of status', async (url, who, isPublic) => {
    await project.write({ url, aliases: { live: {} } });
    const { stdout } = await project.on(['deploy']);
    const qualifier = url.qualifier ?? 'live';
    const address = await shownAt(qualifier === 'live' ? 'live' : undefined);
    expect(stdout).toContain(`\nURL        ${address}\n           ${who}\n`);
    expect((await project.on(['status'])).stdout).toContain(`\nhello  ${address}\n       ${who}\n`);
    const { authType } = url;
    const said = { address, qualifier, authType, public: isPublic };
    expect((await project.answer(['deploy'])).functions[0].url).toEqual(said);
    expect((await project.answer(['status'])).functions[0].url).toEqual(said);
  });

  it('is the former one until it has moved, and none without a declaration', async () => {
    await project.write({});
    await project.on(['deploy']);
    expect((await project.answer(['status'])).functions[0]).not.toHaveProperty('url');
    await project.write({ url: open });
    await project.on(['deploy']);
    const address = await shownAt();
    await project.write({ url: open, aliases: { live: {} } });
    expect((await project.answer(['status'])).functions[0].url).toMatchObject({ address });
    await project.on(['deploy', '--yes']);
    expect((await project.answer(['status'])).functions[0].url).toMatchObject({ qualifier: 'live' });
  });
});

it('the plan of many functions looks for event source mappings with one list', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `f${index}`);
  const aliases = { live: {} };
  const hello = { runtime: 'python3.12', handler: 'app.handler', aliases, policies: [readsQueues] };
  const functions = Object.fromEntries(names.map((name) => [name, hello]));
  const file = join(project.folder, 'slsctl.yml');
  await writeFile(file, JSON.stringify({ project: 'many', functions }));
  await project.on(['deploy']);
  const uuid = await mapping('f7');
  project.proxy.take();
  const { stderr } = await project.on(['plan', '--exit-code']);
  expect(stderr).toContain('f7: calls of $LATEST do not follow alias live');
  expect(stderr).toContain(uuid);
  const lists = project.proxy.take().filter(({ path }) => /event-source-mappings|\/policy|\/url/.test(path));
  expect(lists).toHaveLength(1);
  await project.on(['destroy', '--yes']);
});
