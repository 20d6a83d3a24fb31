// Replaces a file in one step: concurrent and interrupted runs never leave half a file.
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';

/** `write` makes the new file, whose path it is given, in the same folder; other runs write others. */
export async function replaceFile<Result>(
  file: string,
  write: (temporary: string) => Promise<Result>,
): Promise<Result> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  // At a second Ctrl-C.
  const discard = () => rmSync(temporary, { force: true });
  process.once('exit', discard);
  try {
    const result = await write(temporary);
    await rename(temporary, file);
    return result;
  } finally {
    await rm(temporary, { force: true });
    process.off('exit', discard);
  }
}
