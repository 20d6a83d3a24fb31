// The JSON Schema for users: printed, in the package, and in each project, where the first line of slsctl.yml names it.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { expectSlsctl } from '../support/in-process.ts';
import { folderWith } from '../support/project.ts';

const inPackage = fileURLToPath(new URL('../../dist/slsctl.schema.json', import.meta.url));

it('the JSON Schema is printed by slsctl schema, and is in the package', async () => {
  const { stdout } = await expectSlsctl(['schema']);
  expect(JSON.parse(stdout)).toMatchObject({ title: 'slsctl.yml', type: 'object' });
  expect(await readFile(inPackage, 'utf8')).toBe(stdout);
  expect(JSON.parse((await expectSlsctl(['schema', '--output', 'json'])).stdout)).toEqual(JSON.parse(stdout));
});

it('the JSON Schema is in a new project, and the next plan restores a deleted one', async () => {
  const folder = await folderWith();
  await expectSlsctl(['init', '--template', 'hello-python', '--yes'], { cwd: folder });
  const [first = ''] = (await readFile(join(folder, 'slsctl.yml'), 'utf8')).split('\n');
  const [, path = ''] = /^# yaml-language-server: \$schema=(\S+)$/.exec(first) ?? [];
  const schema = await readFile(inPackage, 'utf8');
  expect(await readFile(join(folder, path), 'utf8')).toBe(schema);

  await rm(join(folder, '.slsctl'), { recursive: true });
  const home = await folderWith();
  await expectSlsctl(['plan', '--local'], { cwd: folder, env: { SLSCTL_HOME: home } });
  await expectSlsctl(['local', 'stop'], { env: { SLSCTL_HOME: home } });
  expect(await readFile(join(folder, path), 'utf8')).toBe(schema);
});
