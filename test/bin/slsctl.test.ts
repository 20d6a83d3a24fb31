// The file that starts slsctl, on a Node.js that is too old.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'acorn';
import { describe, expect, it } from 'vitest';
import { program, run } from '../support/cli.ts';
import { folderWith } from '../support/project.ts';

/** Runs slsctl on this Node.js, which says that it is another version. */
async function runAs(version: string) {
  const folder = await folderWith({
    'version.cjs': `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`,
  });
  return await run(process.execPath, ['--require', join(folder, 'version.cjs'), program, '--version']);
}

describe('bin/slsctl.js', () => {
  it.each(['12.22.12', '18.20.4', '20.14.0'])('exits 2 with one line on Node.js %s', async (version) => {
    expect(await runAs(version)).toEqual({
      code: 2,
      stdout: '',
      stderr: `slsctl needs Node.js 20.15 or newer; this is ${version}\n`,
    });
  });

  it.each(['20.15.0', '21.0.0', '22.3.0'])('starts on Node.js %s', async (version) => {
    expect(await runAs(version)).toMatchObject({ code: 0, stderr: '' });
  });

  it('refuses the versions that package.json refuses', async () => {
    const manifest = await readFile(join(program, '..', '..', 'package.json'), 'utf8');
    expect(JSON.parse(manifest).engines).toEqual({ node: '>=20.15' });
  });

  it('has only syntax of ECMAScript 2015, which old versions can parse', async () => {
    const source = await readFile(program, 'utf8');
    expect(() => parse(source, { ecmaVersion: 2015, allowHashBang: true })).not.toThrow();
  });
});
