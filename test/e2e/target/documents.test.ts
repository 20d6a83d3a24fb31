// Every JSON document of a command that reaches AWS says where the command went.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandSpec } from '../../../src/cli/spec.ts';
import { commands } from '../../../src/cli/table.ts';
import { startInProcess } from '../../local/in-process.ts';
import { createSources } from '../../support/fields/sources.ts';
import { expectSlsctl } from '../../support/in-process.ts';
import type { LocalAws } from '../../support/local.ts';
import { filesIn, removeFolder } from '../../support/project.ts';

const config = `project: shop
region: eu-central-1
defaults: { runtime: nodejs22.x, handler: index.handler }
layers:
  tools: { path: tools }
functions:
  cart: { aliases: { live: {} } }
  mail: {}
`;

const code = (answer: number) =>
  `exports.handler = async () => { console.log("seen"); return ${answer}; };\n`;

let aws: LocalAws;
let folder: string;

beforeAll(async () => {
  aws = await startInProcess();
  await createSources({ ...aws.env, AWS_REGION: 'eu-central-1' }, { queues: ['orders'] });
  folder = await filesIn('target', {
    'slsctl.yml': config,
    'index.js': code(1),
    'tools/nodejs/one.js': 'exports.x = 1;\n',
  });
});
afterAll(async () => {
  await aws?.stop();
  if (folder) await removeFolder(folder);
});

/** The documents that the command prints: one, or a line each. */
async function documents(args: string, code = 0): Promise<Record<string, unknown>[]> {
  const { stdout } = await expectSlsctl([...args.split(' '), '-o', 'json', '--yes'], {
    cwd: folder,
    env: aws.env,
    code,
  });
  const lines = args.startsWith('logs') ? stdout.trim().split('\n') : [stdout];
  return lines.map((line) => JSON.parse(line));
}

/** In an order in which each can run. */
const runs = [
  'plan',
  'role create mail',
  'layer publish',
  'deploy --dry-run',
  'deploy',
  'invoke cart --payload {}',
  'invoke cart --async',
  'logs cart',
  'env set cart COLOUR=red',
  'env list cart',
  'env unset cart COLOUR',
  'role show cart',
  'layer attach tools cart',
  'layer list',
  'layer detach tools cart',
  'layer prune',
  'trigger add sqs orders cart',
  'trigger list cart',
  'trigger remove sqs orders cart',
  'versions cart --publish',
  'versions cart',
  'versions cart --prune 5',
  'alias set cart next',
  'alias list cart',
  'alias delete cart next',
  'deploy cart --canary 50% --bake 1s',
  'rollback cart --to 1',
  'concurrency set cart --reserved 1',
  'concurrency show cart',
  'status',
  'list',
  'list --orphans',
  'init imported --from-function mail',
  'destroy --orphans',
  'destroy',
];
const failures: [args: string, code: number][] = [
  ['invoke cart', 1],
  ['versions cart', 1],
  ['rollback', 1],
  ['deploy --code-only', 1],
  ['init other --from-function nothing', 1],
];
const withoutAws = /^(schema|walkthrough|package|policy|completion|local .*)$/;

const allCommands = (specs: readonly CommandSpec[], above: string[] = []): string[] =>
  specs.flatMap(({ usage, run, subcommands = [] }) => {
    const words = [...above, usage.split(' ')[0] as string];
    return [...(run ? [words.join(' ')] : []), ...allCommands(subcommands, words)];
  });

describe('the target', () => {
  it('is looked for in the document of every command', () => {
    const missing = allCommands(commands).filter(
      (name) => !withoutAws.test(name) && !runs.some((args) => `${args} `.startsWith(`${name} `)),
    );
    expect(missing).toEqual(['role delete']);
  });

  it('is in each document', async () => {
    const target = {
      account: expect.stringMatching(/^\d{12}$/),
      region: 'eu-central-1',
      endpoint: aws.endpoint,
    };
    for (const args of runs) {
      if (args.includes('--canary')) await writeFile(join(folder, 'index.js'), code(2));
      for (const document of await documents(args)) expect([args, document.target]).toEqual([args, target]);
    }
    await documents('role create cart');
    expect((await documents('role delete cart'))[0]?.target, 'role delete').toEqual(target);
    for (const [args, code] of failures) {
      const [document] = await documents(args, code);
      expect([args, document]).toEqual([
        args,
        { target, error: expect.objectContaining({ exitCode: code }) },
      ]);
    }
  });

  it('is in the document of the walkthrough, which goes where its options say', async () => {
    const [document] = await documents(`walkthrough --endpoint-url ${aws.endpoint}`);
    expect(document?.target).toEqual({
      account: expect.stringMatching(/^\d{12}$/),
      region: 'us-east-1',
      endpoint: aws.endpoint,
    });
  });

  it('is not in the document of a command that does not reach AWS', async () => {
    expect((await documents('init --list'))[0]).toEqual({ templates: expect.any(Array) });
    expect((await documents('package cart'))[0]).not.toHaveProperty('target');
    expect((await documents('plan nothing', 2))[0]).toEqual({ error: expect.anything() });
  });

  it('is local for the local AWS', async () => {
    const env = { SLSCTL_HOME: aws.home };
    const { stdout } = await expectSlsctl(['list', '--local', '-o', 'json'], { cwd: folder, env });
    expect(JSON.parse(stdout)).toEqual({
      target: { account: 'local', region: 'eu-central-1', endpoint: aws.endpoint },
      resources: expect.any(Array),
    });
  });
});
