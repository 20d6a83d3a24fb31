// For every command that changes AWS: its --explain output, run by the real aws CLI, makes the same account.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  ListEventSourceMappingsCommand,
  PublishVersionCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { commands } from '../../../src/cli/table.ts';
import { filesZip } from '../../local/zip.ts';
import { account, withoutTraces } from '../../support/account.ts';
import { createSources } from '../../support/fields/sources.ts';
import { type Clients, clientsOf } from '../../support/local.ts';
import { editProject } from '../../support/project.ts';
import { type Replay, startReplay } from '../../support/replay.ts';
import { recentAwsCli } from '../../support/tools.ts';

const aws = await recentAwsCli();
/** Each command of the CLI is a program that takes its time to start. */
const timeout = 300_000;
const secrets = { STAGE: "it's secret", TABLE: 'of-users' };

/** Commands that change nothing on AWS, or have no AWS to change. */
const harmless = [
  'init',
  'package',
  'plan',
  'invoke',
  'logs',
  'env list',
  'layer list',
  'trigger list',
  'role show',
  'schema',
  'status',
  'list',
  'alias list',
  'concurrency show',
  'local start',
  'local stop',
  'local status',
  'local env',
  'local reset',
  'local fault',
  'policy',
  'walkthrough',
];

const config = `project: explained
functions:
  hello:
    runtime: python3.12
    handler: app.handler
    code: { path: ., include: [app.py] }
    layers: [shared]
    aliases:
      live: {}
      prod: { provisionedConcurrentExecutions: 2, description: "it's for $CUSTOMERS" }
layers:
  shared: { path: layer, runtimes: [python3.13, python3.12], description: it's "shared" & kept, license: MIT }
  more: { path: more }
`;

describe.skipIf(!aws)('--explain of each command, as a shell script', () => {
  let two: Replay;
  let clients: Clients[];
  const replayed = new Set<string>();

  beforeAll(async () => {
    two = await startReplay(aws as string, secrets);
    clients = await Promise.all([clientsOf(two.first.env), clientsOf(two.second.env)]);
    for (const layer of ['layer', 'more'])
      await mkdir(join(two.folder, layer, 'python'), { recursive: true });
    await write('slsctl.yml', config);
    await write('layer/python/shared.py', 'word = 1\n');
    await write('more/python/more.py', 'word = 1\n');
    await code(1);
  });
  afterAll(() => two?.stop());

  const write = (path: string, text: string) => writeFile(join(two.folder, path), text);
  const code = (answer: number) => write('app.py', `def handler(event, context):\n    return ${answer}\n`);
  const edit = (field: string[], value: unknown) =>
    editProject(two.folder, [[['functions', 'hello', ...field], value]]);

  /** The ids of mappings of the second account, by those of the first: each account makes its own. */
  const ids = new Map<string, string>();
  async function noteIds(): Promise<void> {
    const lists = await Promise.all(
      clients.map(({ lambda }) => lambda.send(new ListEventSourceMappingsCommand({}))),
    );
    const [first = [], second = []] = lists.map(({ EventSourceMappings = [] }) => EventSourceMappings);
    for (const { UUID = '', EventSourceArn } of first) {
      ids.set(UUID, second.find((one) => one.EventSourceArn === EventSourceArn)?.UUID ?? UUID);
    }
  }
  const withSecondIds = (line: string) =>
    [...ids].reduce((text, [first, second]) => text.replaceAll(first, second), line);

  /** Runs it there and what it explains here, and compares the accounts; answers the commands that change something. */
  async function both(...args: string[]): Promise<string[]> {
    const told = (await two.explained(...args)).map(withSecondIds);
    const complaints = await two.replay(told);
    const same = async () => {
      const [made, remade] = await Promise.all(clients.map(account));
      expect(withoutTraces(remade), `${args.join(' ')}\n${complaints}`).toEqual(withoutTraces(made));
    };
    // slsctl waits for provisioned concurrency; the script does not.
    await vi.waitFor(same, { timeout: 30_000, interval: 100 });
    await noteIds();
    const name = names.find((one) => one === args.slice(0, one.split(' ').length).join(' '));
    if (name) replayed.add(name);
    const words = told.map((line) => line.split(' ').slice(1, 3).join(' '));
    return words.filter((word) => !/ (get|list|describe)-/.test(word));
  }
  const names = commands.flatMap(({ usage, subcommands }) => {
    const name = usage.split(' ')[0] as string;
    return subcommands ? subcommands.map((sub) => `${name} ${sub.usage.split(' ')[0]}`) : [name];
  });

  it(
    'creates and deletes a role, and publishes layers',
    async () => {
      expect(await both('role', 'create')).toContain('iam create-role');
      expect(await both('role', 'delete', '--yes')).toContain('iam delete-role');
      expect(await both('layer', 'publish')).toEqual([
        'lambda publish-layer-version',
        'lambda publish-layer-version',
      ]);
    },
    timeout,
  );

  it(
    'creates aliases, one with provisioned concurrency, and moves them',
    async () => {
      const first = await both('deploy');
      expect(first.filter((word) => word === 'lambda create-alias')).toHaveLength(2);
      expect(first).toContain('lambda put-provisioned-concurrency-config');
      await code(2);
      await edit(['memorySize'], 512);
      const second = await both('deploy');
      expect(second.filter((word) => word === 'lambda update-alias')).toHaveLength(2);
    },
    timeout,
  );

  it(
    'rolls back, and sets the weights of a canary',
    async () => {
      expect(await both('rollback', '--alias', 'live')).toEqual(['lambda update-alias']);
      expect(await both('concurrency', 'set', '--provisioned', 'none', '--alias', 'prod')).toEqual([
        'lambda delete-provisioned-concurrency-config',
      ]);
      await code(3);
      const canary = await both('deploy', '--canary', '10%', '--bake', '1s');
      expect(canary.filter((word) => word === 'lambda update-alias')).toHaveLength(4);
    },
    timeout,
  );

  it(
    'sets aliases, weights and concurrency, publishes and prunes versions, and deletes aliases',
    async () => {
      await both('alias', 'set', 'old', '--to', '1', '--weight', '2=10%', '--description', 'the first');
      await both('alias', 'set', 'old', '--to', '2', '--weight', 'none');
      await both('concurrency', 'set', '--reserved', '7');
      await both('concurrency', 'set', '--provisioned', '1', '--alias', 'old');
      await both('env', 'set', ...Object.entries(secrets).map(([key, value]) => `${key}=${value}`));
      await both('env', 'unset', 'TABLE');
      expect(await both('versions', '--publish', '--description', "it's this")).toContain(
        'lambda publish-version',
      );
      expect(await both('alias', 'delete', 'old', '--yes')).toEqual([
        'lambda delete-provisioned-concurrency-config',
        'lambda delete-alias',
      ]);
      await both('alias', 'set', 'prod', '--to', '3');
      await both('deploy', '--code-only', '--yes');
      await edit(['aliases', 'prod'], null);
      expect(await both('deploy', '--yes')).toContain('lambda delete-alias');
      await edit(['aliases'], undefined);
      await both('deploy', '--yes');
      await both('versions', '--prune', '1', '--yes');
    },
    timeout,
  );

  it(
    'adds layers and a URL to a function, and removes them',
    async () => {
      await both('layer', 'attach', 'more');
      await write('more/python/more.py', 'word = 2\n');
      await edit(['url'], { authType: 'NONE' });
      const words = await both('deploy');
      expect(words).toContain('lambda publish-layer-version');
      expect(words).toContain('lambda create-function-url-config');
      await both('layer', 'detach', 'more');
      await both('layer', 'prune', '--yes');
      await edit(['url'], null);
      expect(await both('deploy', '--yes')).toContain('lambda delete-function-url-config');
    },
    timeout,
  );

  it(
    'adds a trigger, changes it, and removes it',
    async () => {
      for (const { env } of [two.first, two.second]) await createSources(env, { queues: ['orders'] });
      expect(await both('trigger', 'add', 'sqs', 'orders')).toEqual([
        'iam put-role-policy',
        'lambda tag-resource',
        'lambda create-event-source-mapping',
      ]);
      await edit(['triggers'], [{ sqs: { queue: 'orders', batchSize: 5 } }]);
      expect(await both('deploy')).toEqual(['lambda update-event-source-mapping']);
      expect(await both('trigger', 'remove', 'sqs', 'orders')).toContain(
        'lambda delete-event-source-mapping',
      );
    },
    timeout,
  );

  it(
    'takes over an imported function, removes undeclared resources, and destroys',
    async () => {
      const ZipFile = filesZip({ 'app.py': 'def handler(event, context):\n    return 0\n' });
      const role = await both('role', 'create');
      expect(role).toEqual([]);
      for (const { lambda } of clients) {
        const Role = 'arn:aws:iam::000000000000:role/slsctl/explained/hello-us-east-1';
        await lambda.send(
          new CreateFunctionCommand({
            FunctionName: 'theirs',
            Runtime: 'python3.12',
            Handler: 'app.handler',
            Role,
            Code: { ZipFile },
          }),
        );
        await lambda.send(new PublishVersionCommand({ FunctionName: 'theirs' }));
        await lambda.send(
          new CreateAliasCommand({ FunctionName: 'theirs', Name: 'live', FunctionVersion: '1' }),
        );
      }
      const imported = join(two.folder, 'imported');
      await two.explained('init', imported, '--from-function', 'theirs');
      const config = ['--config', join(imported, 'slsctl.yml')];
      const adopted = await both('deploy', '--adopt', ...config);
      expect(adopted).toContain('lambda tag-resource');
      await both('destroy', '--yes', ...config);
      await both('destroy', '--yes');
      expect(
        (await Promise.all(clients.map(account))).map((one) => (one as { Functions: [] }).Functions),
      ).toEqual([[], []]);
    },
    timeout,
  );

  it('covers every command', () => {
    expect([...replayed, ...harmless].sort()).toEqual(names.sort());
  });
});
