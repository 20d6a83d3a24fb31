// Who reads what the program writes: a reader may have seen enough, and a disk may be full.
import { exitCodes, UserError } from '../errors/user-error.ts';
import type { Host, Output } from '../host.ts';

/** Nobody reads a stream any more: its command ends, and has done what it should. */
export class SeenEnough extends Error {
  override readonly name = 'AbortError';
}

export interface Readers {
  /** Resolves once stdout has everything; rejects with a UserError when it could not be written. */
  written(): Promise<void>;
  /** Once both streams have everything, listens to them no longer. */
  leave(): Promise<void>;
}

/**
 * A reader that has seen enough (`slsctl destroy | head -1`) is no error and ends nothing: what is written goes
 * nowhere from then on. `enough` is called when it is the one of stdout.
 */
export function watchReaders(
  { stdout, stderr }: Pick<Host, 'stdout' | 'stderr'>,
  enough: () => void,
): Readers {
  let failure: NodeJS.ErrnoException | undefined;
  const onAnswers = (error: NodeJS.ErrnoException) => {
    // A pipe of Windows says EOF.
    if (error.code === 'EPIPE' || error.code === 'EOF') enough();
    else failure ??= error;
  };
  const onMessages = () => {};
  stdout.on('error', onAnswers);
  stderr.on('error', onMessages);
  return {
    async written() {
      await flushed(stdout);
      if (!failure) return;
      throw new UserError('the answer could not be written to stdout', exitCodes.failed, {
        reason: failure.message,
        cause: failure,
      });
    },
    async leave() {
      await Promise.all([flushed(stdout), flushed(stderr)]);
      // An error is told after the write that it is about.
      await new Promise((resolve) => setImmediate(resolve));
      stdout.off('error', onAnswers);
      stderr.off('error', onMessages);
    },
  };
}

function flushed(stream: Output): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
