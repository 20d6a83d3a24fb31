// /tmp of the execution environments: one folder each. Folders of ended servers are removed.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Without root, nothing can be mounted on /tmp itself. Code that asks the system for its temporary folder (TMPDIR:
 * `tempfile`, `os.tmpdir()`) gets the folder of its environment. Code that names `/tmp` gets the machine's, which
 * outlives the environment and has no size limit.
 */
export class Scratch {
  private readonly root: string;
  private readonly own: string;
  private readonly cleared: Promise<void>;

  constructor(cache: string) {
    this.root = join(cache, 'tmp');
    this.own = join(this.root, `${process.pid}-${randomBytes(4).toString('hex')}`);
    this.cleared = this.clear();
  }

  async folder(): Promise<ScratchFolder> {
    await this.cleared;
    const path = join(this.own, randomBytes(8).toString('hex'));
    await mkdir(path, { recursive: true, mode: 0o700 });
    return new ScratchFolder(path);
  }

  async close(): Promise<void> {
    await rm(this.own, { recursive: true, force: true }).catch(() => undefined);
  }

  /** Removes folders of servers that were killed and could not clean up. */
  private async clear(): Promise<void> {
    const names = await readdir(this.root).catch(() => []);
    const gone = names.filter((name) => !isAlive(Number.parseInt(name, 10)));
    await Promise.all(gone.map((name) => rm(join(this.root, name), { recursive: true, force: true }))).catch(
      () => undefined,
    );
  }
}

/** /tmp of one environment. */
export class ScratchFolder {
  readonly path: string;
  private reported = false;
  private measured = Number.NEGATIVE_INFINITY;

  constructor(path: string) {
    this.path = path;
  }

  /** Reports once when the folder holds more than `limit` MB: nothing stops a function here from writing more. */
  async excess(limit = defaultSize): Promise<string | undefined> {
    if (this.reported || performance.now() - this.measured < pause) return undefined;
    this.measured = performance.now();
    const size = (await sizeOf(this.path)) / 1024 / 1024;
    if (size <= limit || this.reported) return undefined;
    this.reported = true;
    return `slsctl local: /tmp holds ${Math.ceil(size)} MB of ${limit} MB; on AWS writing more fails (No space left on device)\n`;
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** MB, when the function sets none. */
const defaultSize = 512;
/** Milliseconds between two measurements: one can cost more than an invocation. */
const pause = 1000;

/** Bytes of the files below a folder. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sizeOf(path);
      return entry.isFile()
        ? stat(path).then(
            ({ size }) => size,
            () => 0,
          )
        : 0;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
