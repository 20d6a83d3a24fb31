// Replaces a file in one step: concurrent and interrupted runs never leave half a file.
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';

/** `write` creates the new file at the path that it is given: a temporary name in the same folder, unique to this run. */
export async function replaceFile<Result>(
  file: string,
  write: (temporary: string) => Promise<Result>,
): Promise<Result> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  // A second Ctrl-C ends the process without running the code below.
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
