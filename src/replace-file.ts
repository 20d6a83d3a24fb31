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
  if (unfinished.size === 0) process.once('exit', removeUnfinished);
  unfinished.add(temporary);
  try {
    const result = await write(temporary);
    await rename(temporary, file);
    return result;
  } finally {
    await rm(temporary, { force: true });
    unfinished.delete(temporary);
    if (unfinished.size === 0) process.off('exit', removeUnfinished);
  }
}

const unfinished = new Set<string>();

/** A second Ctrl-C ends the process without running `finally`. One listener, because Node warns from the eleventh on. */
function removeUnfinished(): void {
  for (const temporary of unfinished) rmSync(temporary, { force: true });
}
