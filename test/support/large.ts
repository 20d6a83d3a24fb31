// Packages too large for a request: created for each test file from incompressible bytes.
import { randomFillSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';

export const megabyte = 1024 * 1024;

/** A folder of code that a zip holds in 60 MB, with a handler that answers how much of it is there. */
export async function largeCode(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const handler = 'import os\ndef handler(event, context):\n    return os.path.getsize("data.bin")\n';
  await writeFile(join(folder, 'app.py'), handler);
  await writeFile(join(folder, 'data.bin'), randomFillSync(Buffer.allocUnsafe(60 * megabyte)));
}

/** A project folder with one function whose code is at that path. */
export async function largeProject(
  folder: string,
  name: string,
  code: string,
  more: object = {},
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const functions = { [name]: { runtime: 'python3.12', handler: 'app.handler', code } };
  await writeFile(join(folder, 'slsctl.yml'), stringify({ project: name, functions, ...more }));
  return folder;
}
