// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of slsctl.yml
// `env set` writes exactly the text that it was given, and a message about a reference says how to keep it as text.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectSlsctl, slsctl } from '../../support/in-process.ts';
import { clientsOf, type LocalAws, startLocal } from '../../support/local.ts';
import { folderWith } from '../../support/project.ts';

let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocal();
});
afterAll(() => aws.stop());

const project = `project: tpl
region: us-east-1
functions:
  tpl:
    runtime: nodejs22.x
    handler: index.handler
    environment:
      FIRST: one
    # the end
`;
const code = 'exports.handler = async () => "v1";\n';

async function live(name = 'tpl'): Promise<Record<string, string> | undefined> {
  const { lambda } = await clientsOf(aws.env);
  return (await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }))).Environment
    ?.Variables;
}

it.each([
  'Hello ${name}',
  '${stage}',
  '$${twice}',
  '${open',
  '${ssm:/nowhere}',
  '#{x} ${{ github.ref }}',
  '{"a": "${b}"}\n$',
])('env set gives exactly %j to AWS', async (value) => {
  const cwd = await folderWith({ 'slsctl.yml': project, 'index.js': code });
  const options = { cwd, env: aws.env };
  await expectSlsctl(['deploy'], options);
  await expectSlsctl(['env', 'set', `GREETING=${value}`], options);
  expect((await live())?.GREETING).toBe(value);
  await expectSlsctl(['plan', '--exit-code'], options);
  await expectSlsctl(['env', 'unset', 'GREETING'], options);
});

it('env set --references keeps a reference a reference', async () => {
  const cwd = await folderWith({ 'slsctl.yml': project.replaceAll('tpl', 'ref'), 'index.js': code });
  const options = { cwd, env: { ...aws.env, NAME: 'Sam' } };
  await expectSlsctl(['deploy'], options);
  await expectSlsctl(['env', 'set', '--references', 'GREETING=Hello ${env:NAME}'], options);
  expect((await live('ref'))?.GREETING).toBe('Hello Sam');
  expect(await readFile(join(cwd, 'slsctl.yml'), 'utf8')).toContain('GREETING: Hello ${env:NAME}');
});

it('a problem of an edit names no line that the file on disk does not have', async () => {
  const cwd = await folderWith({ 'slsctl.yml': project, 'index.js': code });
  const wrong = await slsctl(['env', 'set', '--references', 'GREETING=Hello ${name}'], { cwd, env: aws.env });
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain(
    'error: slsctl.yml: functions.tpl.environment.GREETING: ${name} is not known; allowed: ${stage}, ',
  );
  expect(wrong.stderr).toMatch(/; \$\$\{name\} keeps it as text\n/);
  const replaced = await slsctl(['env', 'set', '--references', 'FIRST=${name}'], { cwd, env: aws.env });
  expect(replaced.stderr).toContain('error: slsctl.yml:8:14: functions.tpl.environment.FIRST: ${name}');
  expect(await readFile(join(cwd, 'slsctl.yml'), 'utf8')).toBe(project);
});

it('a problem that is in a file of another layout is named with its line there', async () => {
  const flow = `project: tpl\n\n\nfunctions: { tpl: { runtime: nodejs22.x, handler: index.handler,\n\n\n\n  aliases: { live: { version: 1, description: "\${name}" } } } }\n`;
  const cwd = await folderWith({ 'slsctl.yml': flow, 'index.js': code });
  const { code: exit, stderr } = await slsctl(['env', 'set', 'GREETING=x'], { cwd, env: aws.env });
  expect(exit).toBe(2);
  expect(stderr).toContain('slsctl.yml:8:47: functions.tpl.aliases.live.description: ${name} is not known');
  await writeFile(
    join(cwd, 'slsctl.yml'),
    flow.replace('${name}', () => '$${name}'),
  );
  await expectSlsctl(['package'], { cwd });
});
