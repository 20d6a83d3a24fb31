// Packs files in several threads at once, and gives the results in the order of the files.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { UserError } from '../../errors/user-error.ts';
import { installed } from '../../installation.ts';
import type { SourceFile } from '../files.ts';
import { deflater, isNodeZlib } from './deflate.ts';
import { type Packed, pack, partBytes } from './pack.ts';
import type { Answer, Task } from './pack-thread.ts';

export interface Part {
  /** Valid until the next part is taken. */
  data: Uint8Array<ArrayBuffer>;
  packed: Packed[];
}

/** A part has at most this many files, and `partBytes` bytes. */
const partFiles = 200;
/** For fewer bytes, starting threads takes longer than they save. */
const threadsFromBytes = 3 * partBytes;
/** Each thread takes some 20 MB of memory. */
const maxThreads = 4;

export class Packer {
  private readonly idle: Worker[] = [];
  private readonly all: Worker[] = [];
  private readonly queued: { files: SourceFile[]; resolve(part: Part): void; reject(error: Error): void }[] =
    [];
  private readonly parts: SourceFile[][];
  private readonly started: Promise<Part>[] = [];
  /** How many parts are packed ahead of the one that is taken. */
  private readonly ahead: number;
  /** Memory of parts that are done: threads use it again, which makes less garbage. */
  private readonly freeMemory: ArrayBuffer[] = [];
  private taken: Part | undefined;
  private next = 0;

  /** A group has files that are consecutive in the zip, none of them streamed. A part has files of one group only. */
  constructor(groups: readonly (readonly SourceFile[])[]) {
    this.parts = groups.flatMap(inParts);
    const bytes = groups.flat().reduce((sum, { size }) => sum + size, 0);
    const program =
      bytes >= threadsFromBytes || this.parts.length > 3
        ? installed('dist', 'packaging', 'pack-thread.cjs')
        : undefined;
    const count = program ? Math.min(availableParallelism(), maxThreads, this.parts.length) : 0;
    for (let index = 0; index < count; index += 1) this.start(program as string);
    this.ahead = 2 * count;
  }

  /** The next part, in the order of the files; undefined after the last. */
  async take(): Promise<Part | undefined> {
    if (this.all.length === 0) {
      const files = this.parts[this.next++];
      return files && pack(files, await deflater());
    }
    while (this.started.length <= this.ahead && this.next < this.parts.length) {
      const files = this.parts[this.next++] as SourceFile[];
      const part = new Promise<Part>((resolve, reject) => this.queued.push({ files, resolve, reject }));
      // Its failure is reported when the part is taken; until then it must not count as unhandled.
      part.catch(() => {});
      this.started.push(part);
    }
    if (this.taken) this.freeMemory.push(this.taken.data.buffer);
    this.assign();
    this.taken = await this.started.shift();
    return this.taken;
  }

  async end(): Promise<void> {
    await Promise.all(this.all.map((worker) => worker.terminate()));
  }

  private start(program: string): void {
    const worker = new Worker(program, {
      workerData: { useNode: isNodeZlib() },
      // Nearly everything that a thread allocates is garbage soon. Without limits it would collect too late.
      resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 32 },
    });
    worker.setMaxListeners(0);
    this.all.push(worker);
    this.idle.push(worker);
  }

  private assign(): void {
    while (this.idle.length > 0 && this.queued.length > 0) {
      const worker = this.idle.pop() as Worker;
      const { files, resolve, reject } = this.queued.shift() as (typeof this.queued)[number];
      const done = () => {
        worker.off('message', onMessage);
        worker.off('error', onError);
      };
      const onMessage = ({ data, packed, failure }: Answer) => {
        done();
        this.idle.push(worker);
        this.assign();
        if (data && packed) resolve({ data, packed });
        else reject(new UserError(failure?.message ?? '', failure?.exitCode, failure));
      };
      const onError = (error: Error) => {
        done();
        reject(error);
      };
      worker.on('message', onMessage);
      worker.on('error', onError);
      const memory = this.freeMemory.pop();
      worker.postMessage({ files, memory } satisfies Task, memory ? [memory] : []);
    }
  }
}

function inParts(files: readonly SourceFile[]): SourceFile[][] {
  const parts: SourceFile[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const file of files) {
    const current = parts.at(-1);
    if (current && bytes + file.size <= partBytes && current.length < partFiles) {
      current.push(file);
      bytes += file.size;
    } else {
      parts.push([file]);
      bytes = file.size;
    }
  }
  return parts;
}
