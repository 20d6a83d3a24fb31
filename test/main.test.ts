// What the program keeps for its next run, where Node.js can.
import { readdir } from 'node:fs/promises';
import * as module from 'node:module';
import { describe, expect, it } from 'vitest';
import { expectSlsctl } from './support/cli.ts';
import { folderWith } from './support/project.ts';

describe('what Node.js has compiled', () => {
  it.runIf('enableCompileCache' in module)('is kept, and changes nothing', async () => {
    const folder = await folderWith();
    const env = { TMPDIR: folder, TEMP: folder, TMP: folder, NODE_COMPILE_CACHE: undefined };
    const first = await expectSlsctl(['schema'], { env });
    expect(await readdir(folder)).toContain('node-compile-cache');
    expect(await expectSlsctl(['schema'], { env })).toEqual(first);
  });
});
