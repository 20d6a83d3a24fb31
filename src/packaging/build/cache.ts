// Builds by the digest of what goes into them: made once, whole or not at all, in `.slsctl/builds` of the project.
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** To be changed with the way in which builds are made: what was built before is then built anew. */
const recipe = 2;

const day = 24 * 60 * 60 * 1000;
/** Builds that nobody used for so long go when another one is made. */
const keptFor = 30 * day;

export interface Build<Note> {
  /** Hex digest of the inputs. */
  digest: string;
  /** Folder with what was built. */
  folder: string;
  note: Note;
}

const running = new Map<string, Promise<Build<unknown>>>();

/**
 * The build of these inputs (anything that JSON can say), made by `make` in an empty folder unless there is one.
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
  // Functions of one run that need the same share the one build.
  let made = running.get(place) as Promise<Build<Note>> | undefined;
  if (!made) {
    made = find<Note>(place, digest).then((known) => known ?? makeIn<Note>(place, digest, make));
    running.set(place, made);
    void made.catch(() => {}).finally(() => running.delete(place));
  }
  return made;
}

async function find<Note>(place: string, digest: string): Promise<Build<Note> | undefined> {
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
      // Another run may have built the same meanwhile.
      if (!(await find(place, digest))) throw error;
    });
    await sweep(join(place, '..'));
    return { digest, folder: join(place, 'files'), note };
  } finally {
    await rm(temporary, { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * The next builds of the project in this folder are made anew: their digests know files and settings, not what
 * a registry or a compiler has become since.
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

/** Removes builds that nobody uses any more, and what interrupted builds left. */
async function sweep(builds: string): Promise<void> {
  const now = Date.now();
  for (const name of await readdir(builds).catch(() => [])) {
    const { mtimeMs } = await stat(join(builds, name)).catch(() => ({ mtimeMs: now }));
    if (now - mtimeMs < (name.endsWith('.tmp') ? day : keptFor)) continue;
    await rm(join(builds, name), { recursive: true, force: true }).catch(() => {});
  }
}
