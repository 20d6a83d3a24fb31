// Commands that remove a field refuse when the function would still inherit it from defaults or from all stages.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { slsctl } from '../support/in-process.ts';
import { folderWith } from '../support/project.ts';

const plain = {
  project: 'shop',
  defaults: { environment: { STAGE: 'dev' }, aliases: { live: { version: 1 } } },
  functions: { hello: { runtime: 'python3.13', handler: 'app.handler', environment: { OWN: '1' } } },
};
const project = {
  'app.py': 'def handler(event, context): pass\n',
  'plain.yml': stringify(plain),
  'slsctl.yml': stringify({ ...plain, stages: { prod: {} } }),
};

it.each<[args: string[], message: string, reason: string, next: string]>([
  [
    ['env', 'unset', 'STAGE', '-c', 'plain.yml'],
    'STAGE would still be declared: it is not in the entry of hello itself',
    'it comes from defaults; nothing was changed',
    'remove it there, by hand',
  ],
  [
    ['env', 'unset', 'OWN', '--stage', 'prod'],
    'OWN would still be declared: it is not in the entry of hello itself',
    'it comes from defaults, or from the settings of all stages; nothing was changed',
    'remove it there, by hand',
  ],
  [
    ['alias', 'set', 'live', '--follow', '-c', 'plain.yml'],
    'alias live would still be kept at version 1: it is not in the entry of hello itself',
    'it comes from defaults; nothing was changed',
    'remove it there, by hand',
  ],
  [
    ['alias', 'delete', 'live', '--yes', '--stage', 'prod'],
    'alias live would still be declared: it is not in the entry of hello itself',
    'it comes from defaults, or from the settings of all stages; nothing was changed',
    'write aliases: { live: null } for this function, then run slsctl deploy --stage prod',
  ],
])(
  'slsctl %j is refused when the function would still inherit the field, and nothing is written',
  async (args, message, reason, next) => {
    const folder = await folderWith(project);
    const files = () => Promise.all(Object.keys(project).map((name) => readFile(join(folder, name), 'utf8')));
    const before = await files();
    const { code, stdout } = await slsctl([...args, '--output', 'json'], { cwd: folder });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({ error: { message, reason, next, exitCode: 2 } });
    expect(await files()).toEqual(before);
  },
);
