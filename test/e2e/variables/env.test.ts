// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of slsctl.yml
// `slsctl env set` and `env unset`: what they say of secrets, of missing names, and of aliases that serve an old version.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectSlsctl, slsctl } from '../../support/in-process.ts';
import { type LocalAws, startLocal } from '../../support/local.ts';
import { folderWith } from '../../support/project.ts';

let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocal();
});
afterAll(() => aws.stop());

const project = (name: string, more = '') => `project: ${name}
functions:
  ${name}:
    runtime: nodejs22.x
    handler: index.handler
    environment: { FIRST: one, GONE: null }
${more}`;

async function deployed(name: string, more?: string) {
  const cwd = await folderWith({
    'slsctl.yml': project(name, more),
    'index.js': 'exports.handler = async () => 1;\n',
  });
  const options = { cwd, env: aws.env };
  await expectSlsctl(['deploy'], options);
  return options;
}

const advice =
  '${secret:NAME}, ${ssm:/NAME} or ${env:NAME} keeps a secret out of the file (env set --references)';

it.each([
  [['API_KEY=abc123'], 'API_KEY looks like a secret, and its value is'],
  [
    ['TABLE=users', 'DB_PASSWORD=abc123', 'githubToken=abc123'],
    'DB_PASSWORD, githubToken look like secrets, and their values are',
  ],
])('env set %j says that a secret is in clear in slsctl.yml', async (words, said) => {
  const options = await deployed('clear');
  const { stderr } = await expectSlsctl(['env', 'set', ...words], options);
  expect(stderr).toContain(`warning: ${said} in clear in slsctl.yml now; ${advice}\n`);
  expect(await readFile(join(options.cwd, 'slsctl.yml'), 'utf8')).toContain('abc123');
  expect(stderr).not.toContain('abc123');
});

it.each([
  [['TABLE=users', 'AUTHOR=me', 'MONKEY=x']],
  [['API_KEY=']],
  [['--references', 'API_KEY=${env:API_KEY}']],
])('env set %j says nothing of secrets', async (words) => {
  const options = await deployed('clear');
  const env = { ...options.env, API_KEY: 'abc123' };
  const { stderr } = await expectSlsctl(['env', 'set', ...words], { ...options, env });
  expect(stderr).not.toContain('warning');
});

it('env set does not quote a word that may be a value', async () => {
  const options = await deployed('clear');
  const { code, stderr } = await slsctl(['env', 'set', 'A_A=b', 's3cr3t-value'], options);
  expect(code).toBe(2);
  expect(stderr).toContain('error: word 2 is not KEY=VALUE');
  expect(stderr).not.toContain('s3cr3t-value');
});

it('env unset removes what is there, names what is not, and fails', async () => {
  const options = await deployed('unset');
  const { code, stdout, stderr } = await slsctl(['env', 'unset', 'FIRST', 'NOWHERE', 'OTHER'], options);
  expect(code).toBe(1);
  expect(stdout).toBe('removed FIRST in slsctl.yml; applied to unset\n');
  expect(stderr).toContain('error: NOWHERE, OTHER: not set, neither in slsctl.yml nor on unset\n');
  expect(await readFile(join(options.cwd, 'slsctl.yml'), 'utf8')).toContain('environment: { GONE: null }');

  const again = await slsctl(['env', 'unset', 'FIRST', '--output', 'json'], options);
  expect(again.code).toBe(1);
  expect(JSON.parse(again.stdout)).toMatchObject({
    unset: ['FIRST'],
    missing: ['FIRST'],
    written: false,
    result: 'unchanged',
  });

  const declared = await expectSlsctl(['env', 'unset', 'GONE'], options);
  expect(declared.stdout).toBe('removed GONE in slsctl.yml; unset needs no change\n');
});

it('env unset of a function that is not deployed knows the file only', async () => {
  const cwd = await folderWith({ 'slsctl.yml': project('absent'), 'index.js': '' });
  const { code, stdout, stderr } = await slsctl(['env', 'unset', 'NOWHERE'], { cwd, env: aws.env });
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain('error: NOWHERE: not set, neither in slsctl.yml nor on absent\n');
});

it('env set and env unset name the aliases that still serve the old version, and the command that moves them', async () => {
  const more = '    aliases: { live: {}, beta: {}, pinned: { version: "1" } }\n';
  const cwd = await folderWith({
    'slsctl.yml': `${project('served').replace('GONE: null', 'B_B: two')}    aliases: { live: {} }\n`,
    'index.js': 'exports.handler = async () => 1;\n',
  });
  const options = { cwd, env: aws.env };
  await expectSlsctl(['deploy'], options);
  const set = await expectSlsctl(['env', 'set', 'HOT=1'], options);
  expect(set.stderr).toContain('next: slsctl deploy served: alias live still serves version 1\n');

  const again = await expectSlsctl(['env', 'set', 'HOT=1'], options);
  expect(again.stdout).toBe('slsctl.yml needs no change; served needs no change\n');
  expect(again.stderr).toContain('next: slsctl deploy served: alias live still serves version 1\n');

  await expectSlsctl(['deploy', 'served'], options);
  expect((await expectSlsctl(['env', 'set', 'HOT=1'], options)).stderr).not.toContain('next:');

  const file = join(cwd, 'slsctl.yml');
  await writeFile(file, (await readFile(file, 'utf8')).replace('    aliases: { live: {} }\n', more));
  await expectSlsctl(['deploy'], options);
  const unset = await expectSlsctl(['env', 'unset', 'B_B', '--output', 'json'], options);
  expect(JSON.parse(unset.stdout).stillServing).toEqual([
    { alias: 'live', version: '2' },
    { alias: 'beta', version: '2' },
  ]);
  expect(unset.stderr).toContain(
    'slsctl deploy served: alias live still serves version 2, alias beta still serves version 2\n',
  );
});

it('layer attach and detach name the alias too, and concurrency set, which no version contains, does not', async () => {
  const more = '    aliases: { live: {} }\nlayers:\n  libs: { path: libs }\n';
  const cwd = await folderWith({
    'slsctl.yml': project('layered', more),
    'index.js': 'exports.handler = async () => 1;\n',
  });
  await mkdir(join(cwd, 'libs'));
  await writeFile(join(cwd, 'libs', 'a.txt'), 'a');
  const options = { cwd, env: aws.env };
  await expectSlsctl(['deploy'], options);
  const next = 'next: slsctl deploy layered: alias live still serves version 1\n';
  expect((await expectSlsctl(['layer', 'attach', 'libs'], options)).stderr).toContain(next);
  const reserved = await expectSlsctl(['concurrency', 'set', '--reserved', '5'], options);
  expect(reserved.stderr).not.toContain('serves');
  // The function is again as the version.
  expect((await expectSlsctl(['layer', 'detach', 'libs'], options)).stderr).not.toContain('serves');
  expect((await expectSlsctl(['layer', 'attach', 'libs'], options)).stderr).toContain(next);
});
