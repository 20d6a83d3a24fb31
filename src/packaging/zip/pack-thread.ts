// The worker thread that packs files: receives lists of files, and answers with their bytes in the zip.
import { parentPort, workerData } from 'node:worker_threads';
import { UserError } from '../../errors/user-error.ts';
import type { SourceFile } from '../files.ts';
import { deflater } from './deflate.ts';
import { type Packed, pack } from './pack.ts';

export interface Task {
  files: SourceFile[];
  /** Memory of an earlier answer, to be used again. */
  memory?: ArrayBuffer;
}

export interface Answer {
  data?: Uint8Array<ArrayBuffer>;
  packed?: Packed[];
  /** The fields of a UserError: errors lose their class between threads. */
  failure?: Pick<UserError, 'message' | 'exitCode' | 'reason' | 'next'>;
}

const deflateReady = deflater((workerData as { useNode: boolean }).useNode);

parentPort?.on('message', async ({ files, memory }: Task) => {
  const deflate = await deflateReady;
  try {
    const { data, packed } = pack(files, deflate, memory);
    parentPort?.postMessage({ data, packed } satisfies Answer, [data.buffer]);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message, exitCode, reason, next } = error;
    parentPort?.postMessage({ failure: { message, exitCode, reason, next } } satisfies Answer);
  }
});
