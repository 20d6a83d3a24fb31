// Packs files on several processors at once, and hands out the results in the files' order.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { UserError } from '../../errors/user-error.ts';
import { installed } from '../../installation.ts';
import type { SourceFile } from '../files.ts';
import { deflater, isNodeZlib } from './deflate.ts';
import { type Packed, pack, partBytes } from './pack.ts';
import type { Answer, Task } from './pack-thread.ts';

export interface Part {
  /** To be used before the next part is taken. */
  data: Uint8Array<ArrayBuffer>;
  packed: Packed[];
}

/** As many are packed at a time, of no more bytes than a part has. */
const partFiles = 200;
/** Below this, starting threads takes longer than they save. */
const worthThreads = 3 * partBytes;
/** Each costs some 20 MB. */
const mostThreads = 4;

export class Packer {
  private readonly idle: Worker[] = [];
  private readonly all: Worker[] = [];
  private readonly waiting: { files: SourceFile[]; resolve(part: Part): void; reject(error: Error): void }[] =
    [];
  private readonly parts: SourceFile[][];
  private readonly started: Promise<Part>[] = [];
  private readonly ahead: number;
  /** Memory that threads use again: the collector has no hurry with it. */
  private readonly spaces: ArrayBuffer[] = [];
  private taken: Part | undefined;
  private next = 0;

  /** Groups of files that lie behind one another in the zip; none of them is streamed. A part is of one group. */
  constructor(groups: readonly (readonly SourceFile[])[]) {
    this.parts = groups.flatMap(inParts);
    const bytes = groups.flat().reduce((sum, { size }) => sum + size, 0);
    const program =
      bytes >= worthThreads || this.parts.length > 3
        ? installed('dist', 'packaging', 'pack-thread.cjs')
        : undefined;
    const count = program ? Math.min(availableParallelism(), mostThreads, this.parts.length) : 0;
    for (let index = 0; index < count; index += 1) this.start(program as string);
    this.ahead = 2 * count;
  }

  /** The next part, in the order of the files; undefined: that was all. */
  async take(): Promise<Part | undefined> {
    if (this.all.length === 0) {
      const files = this.parts[this.next++];
      return files && pack(files, await deflater());
    }
    while (this.started.length <= this.ahead && this.next < this.parts.length) {
      const files = this.parts[this.next++] as SourceFile[];
      const part = new Promise<Part>((resolve, reject) => this.waiting.push({ files, resolve, reject }));
      // Whoever takes it hears of a failure; until then it is not an unhandled one.
      part.catch(() => {});
      this.started.push(part);
    }
    if (this.taken) this.spaces.push(this.taken.data.buffer);
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
      // What a thread makes is short-lived; without a limit it would wait long before it collects it.
      resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 32 },
    });
    worker.setMaxListeners(0);
    this.all.push(worker);
    this.idle.push(worker);
  }

  private assign(): void {
    while (this.idle.length > 0 && this.waiting.length > 0) {
      const worker = this.idle.pop() as Worker;
      const { files, resolve, reject } = this.waiting.shift() as (typeof this.waiting)[number];
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
      const space = this.spaces.pop();
      worker.postMessage({ files, space } satisfies Task, space ? [space] : []);
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
