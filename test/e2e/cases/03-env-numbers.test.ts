// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of slsctl.yml
// Numbers in environment reach AWS as they are written in slsctl.yml, and an edit of the file leaves them as they are.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetFunctionConfigurationCommand, ListTagsCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as program from '../../support/cli.ts';
import { expectSlsctl } from '../../support/in-process.ts';
import { clientsOf, type LocalAws, startLocal } from '../../support/local.ts';
import { folderWith } from '../../support/project.ts';

let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocal();
});
afterAll(() => aws.stop());

const code = 'exports.handler = async () => process.env.ACCOUNT_ID + " " + process.env.API_VERSION;\n';

async function live(name: string): Promise<Record<string, string> | undefined> {
  const { lambda } = await clientsOf(aws.env);
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
  return Environment?.Variables;
}

const flow = `project: nums
region: us-east-1
functions:
  nums: { runtime: nodejs22.x, handler: index.handler, environment: { ACCOUNT_ID: 012345678901, CHANNEL_ID: 12345678901234567890, API_VERSION: 1.10, MASK: 0x1F, RATIO: 3.0 } }
`;
const asWritten = {
  ACCOUNT_ID: '012345678901',
  CHANNEL_ID: '12345678901234567890',
  API_VERSION: '1.10',
  MASK: '0x1F',
  RATIO: '3.0',
};

it('deploys numbers as they are written', async () => {
  const cwd = await folderWith({ 'slsctl.yml': flow, 'index.js': code });
  const env = aws.env;
  await expectSlsctl(['deploy'], { cwd, env });
  expect(await live('nums')).toEqual(asWritten);
  const { stdout } = await expectSlsctl(['env', 'list', '--show-values', '--output', 'json'], { cwd, env });
  const { variables } = JSON.parse(stdout) as { variables: { key: string; value: string; where: string }[] };
  expect(Object.fromEntries(variables.map(({ key, value }) => [key, value]))).toEqual(asWritten);
  expect(new Set(variables.map(({ where }) => where))).toEqual(new Set(['both']));
  await expectSlsctl(['plan', '--exit-code'], { cwd, env });

  await expectSlsctl(['env', 'set', 'RATIO=4.00', 'ADDED=010'], { cwd, env });
  expect(await live('nums')).toEqual({ ...asWritten, RATIO: '4.00', ADDED: '010' });
  const file = await readFile(join(cwd, 'slsctl.yml'), 'utf8');
  expect(file).toContain(
    'ACCOUNT_ID: 012345678901, CHANNEL_ID: 12345678901234567890, API_VERSION: 1.10, MASK: 0x1F',
  );
  await expectSlsctl(['env', 'unset', 'RATIO', 'ADDED'], { cwd, env });
  const { RATIO: _, ...rest } = asWritten;
  expect(await live('nums')).toEqual(rest);
});

it('deploys them also when the program knows that the file has passed its checks', async () => {
  const staged = `${flow.replaceAll('nums', 'cached')}stages:
  live: { defaults: { environment: { BUILD: 007 } }, functions: { cached: { environment: { RATIO: 1e3 } } } }
`;
  const cwd = await folderWith({ 'slsctl.yml': staged, 'index.js': code });
  const options = { cwd, env: aws.env };
  for (let run = 0; run < 2; run++) await program.expectSlsctl(['package', '--stage', 'live'], options);
  await program.expectSlsctl(['deploy', '--stage', 'live'], options);
  expect(await live('cached-live')).toEqual({ ...asWritten, RATIO: '1e3', BUILD: '007' });
  const { stdout } = await program.expectSlsctl(['invoke', '--stage', 'live'], options);
  expect(JSON.parse(stdout)).toBe('012345678901 1.10');
});

it('deploys words, dates and tags as they are written, in Python and through anchors', async () => {
  const source = `project: words
functions:
  words:
    runtime: python3.12
    handler: app.handler
    tags: &all { Version: 1.10, Since: 2024-01-02, Draft: True }
    environment:
      <<: *all
      ANSWER: yes
      EMPTY_LIKE: nil
      LIMIT: .inf
`;
  const cwd = await folderWith({
    'slsctl.yml': source,
    'app.py': 'def handler(event, context):\n    return 1\n',
  });
  await expectSlsctl(['deploy'], { cwd, env: aws.env });
  const tags = { Version: '1.10', Since: '2024-01-02', Draft: 'True' };
  expect(await live('words')).toEqual({ ...tags, ANSWER: 'yes', EMPTY_LIKE: 'nil', LIMIT: '.inf' });
  const { lambda } = await clientsOf(aws.env);
  const { Configuration } = await lambda
    .send(new GetFunctionConfigurationCommand({ FunctionName: 'words' }))
    .then((Configuration) => ({ Configuration }));
  const { Tags } = await lambda.send(new ListTagsCommand({ Resource: Configuration.FunctionArn }));
  expect(Tags).toMatchObject(tags);
  await expectSlsctl(['plan', '--exit-code'], { cwd, env: aws.env });
});

it('imports numbers so that they stay as they are', async () => {
  const more = 'RATIO: 3.0, NOTE: "a $${b} $${c", WORD: "null", FLAG: "true"';
  const source = flow.replaceAll('nums', 'brought').replace('RATIO: 3.0', () => more);
  const cwd = await folderWith({ 'slsctl.yml': source, 'index.js': code });
  await expectSlsctl(['deploy'], { cwd, env: aws.env });
  const before = await live('brought');
  expect(before).toMatchObject({ ...asWritten, NOTE: 'a ${b} ${c', WORD: 'null', FLAG: 'true' });
  const empty = await folderWith({});
  await expectSlsctl(['init', 'copy', '--from-function', 'brought'], { cwd: empty, env: aws.env });
  const { stdout } = await expectSlsctl(['env', 'list', '--show-values', '--output', 'json'], {
    cwd: join(empty, 'copy'),
    env: aws.env,
  });
  const { variables } = JSON.parse(stdout) as { variables: { key: string; value: string; where: string }[] };
  expect(Object.fromEntries(variables.map(({ key, value }) => [key, value]))).toEqual(before);
  expect(new Set(variables.map(({ where }) => where))).toEqual(new Set(['both']));
});
