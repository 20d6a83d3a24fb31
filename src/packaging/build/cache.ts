// A cache of builds in the project's `.slsctl/builds`, by the digest of their inputs. A build is either complete or not
// there.
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Raise it when builds are made in another way: cached builds are then made again. */
const recipe = 2;

const day = 24 * 60 * 60 * 1000;
/** Builds that were not used for so long are removed when another one is made. */
const keptFor = 30 * day;

export interface Build<Note> {
  /** Hex digest of the inputs. */
  digest: string;
  /** Folder with the files that were built. */
  folder: string;
  note: Note;
}

const running = new Map<string, Promise<Build<unknown>>>();

/**
 * The build of these inputs (anything that JSON can hold). If it is not in the cache, `make` makes it in an empty folder.
 * `dir` is the folder of the project.
 */
export async function build<Note>(
  dir: string,
  inputs: unknown,
  make: (folder: string) => Promise<Note>,
): Promise<Build<Note>> {
  const digest = createHash('sha256')
    .update(JSON.stringify([recipe, inputs]))
    .digest('hex')
    .slice(0, 32);
  const place = join(dir, '.slsctl', 'builds', digest);
  // Functions of one run with the same inputs share one build.
  let result = running.get(place) as Promise<Build<Note>> | undefined;
  if (!result) {
    result = cached<Note>(place, digest).then((build) => build ?? makeIn<Note>(place, digest, make));
    running.set(place, result);
    void result.catch(() => {}).finally(() => running.delete(place));
  }
  return result;
}

async function cached<Note>(place: string, digest: string): Promise<Build<Note> | undefined> {
  try {
    const note = JSON.parse(await readFile(join(place, 'note.json'), 'utf8')) as Note;
    const now = new Date();
    await utimes(place, now, now).catch(() => {});
    return { digest, folder: join(place, 'files'), note };
  } catch {
    return undefined;
  }
}

async function makeIn<Note>(
  place: string,
  digest: string,
  make: (folder: string) => Promise<Note>,
): Promise<Build<Note>> {
  const temporary = `${place}.${randomBytes(6).toString('hex')}.tmp`;
  const folder = join(temporary, 'files');
  await mkdir(folder, { recursive: true });
  try {
    const note = await make(folder);
    await writeFile(join(temporary, 'note.json'), JSON.stringify(note));
    await rename(temporary, place).catch(async (error) => {
      // Another run may have made the same build in the meantime.
      if (!(await cached(place, digest))) throw error;
    });
    await sweep(join(place, '..'));
    return { digest, folder: join(place, 'files'), note };
  } finally {
    await rm(temporary, { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * Removes all builds of the project in this folder, so that they are made again. A digest does not cover changes of a
 * registry or a compiler.
 */
export async function forgetBuilds(dir: string): Promise<void> {
  const folder = join(dir, '.slsctl');
  const notes = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.build.json'));
  await Promise.all(
    ['builds', ...notes].map((name) =>
      rm(join(folder, name), { recursive: true, force: true, maxRetries: 3 }),
    ),
  );
}

/** Removes builds that are no longer used, and leftovers of interrupted builds. */
async function sweep(builds: string): Promise<void> {
  const now = Date.now();
  for (const name of await readdir(builds).catch(() => [])) {
    const { mtimeMs } = await stat(join(builds, name)).catch(() => ({ mtimeMs: now }));
    if (now - mtimeMs < (name.endsWith('.tmp') ? day : keptFor)) continue;
    await rm(join(builds, name), { recursive: true, force: true }).catch(() => {});
  }
}
