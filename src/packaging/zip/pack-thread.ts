// A thread that packs files: gets lists of them, answers with what stands in the zip.
import { parentPort, workerData } from 'node:worker_threads';
import { UserError } from '../../errors/user-error.ts';
import type { SourceFile } from '../files.ts';
import { deflater } from './deflate.ts';
import { type Packed, pack } from './pack.ts';

export interface Task {
  files: SourceFile[];
  /** Memory of an earlier answer. */
  space?: ArrayBuffer;
}

export interface Answer {
  data?: Uint8Array<ArrayBuffer>;
  packed?: Packed[];
  /** The user's error, which does not cross threads as such. */
  failure?: Pick<UserError, 'message' | 'exitCode' | 'reason' | 'next'>;
}

const deflating = deflater((workerData as { useNode: boolean }).useNode);

parentPort?.on('message', async ({ files, space }: Task) => {
  const deflate = await deflating;
  try {
    const { data, packed } = pack(files, deflate, space);
    parentPort?.postMessage({ data, packed } satisfies Answer, [data.buffer]);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message, exitCode, reason, next } = error;
    parentPort?.postMessage({ failure: { message, exitCode, reason, next } } satisfies Answer);
  }
});
