// A package inspected by the program, and what its native files begin with.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Ran } from '../../support/cli.ts';
import { slsctl } from '../../support/in-process.ts';
import { folderWith } from '../../support/project.ts';

/** The first bytes of a shared object. */
export function elf(machine: number, { system = 0, type = 3 } = {}): Buffer {
  const head = Buffer.alloc(64);
  head.write('\u007fELF\u0002\u0001\u0001', 0, 'latin1');
  head[7] = system;
  head.writeUInt16LE(type, 16);
  head.writeUInt16LE(machine, 18);
  return head;
}
export const x86 = elf(62);
export const arm = elf(183);
export const macho = Buffer.concat([Buffer.from('cffaedfe0c000001', 'hex'), Buffer.alloc(40)]);

export type Files = Record<string, string | Buffer>;
export const handlers: Files = {
  'app.py': 'def handler(event, context):\n    return event\n',
  'index.js': 'exports.handler = async () => 1;\n',
};

export async function packaged(
  files: Files,
  settings = 'runtime: python3.12, handler: app.handler',
): Promise<Ran> {
  const config = `project: p\nfunctions:\n  f: { ${settings}, code: ., dependencies: none }\n`;
  const root = await folderWith({ 'slsctl.yml': config });
  for (const [path, content] of Object.entries({ ...handlers, ...files })) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return await slsctl(['package'], { cwd: root });
}

export const node = 'runtime: nodejs22.x, handler: index.handler';
