// Watches the output streams for errors: a reader may close its pipe early, and a disk may be full.
import { exitCodes, UserError } from '../errors/user-error.ts';
import type { Host, Output } from '../host.ts';

/** The reader closed the pipe of a stream: the command ends successfully. */
export class SeenEnough extends Error {
  override readonly name = 'AbortError';
}

export interface Readers {
  /** Resolves once all output is written to stdout; rejects with a UserError when a write failed. */
  written(): Promise<void>;
  /** Waits until both streams are written, then stops listening. */
  leave(): Promise<void>;
}

/**
 * A reader that closes its pipe early (`slsctl destroy | head -1`) is not an error and does not stop the command:
 * further output is dropped. `enough` is called when the reader of stdout does so.
 */
export function watchReaders(
  { stdout, stderr }: Pick<Host, 'stdout' | 'stderr'>,
  enough: () => void,
): Readers {
  let failure: NodeJS.ErrnoException | undefined;
  const onAnswers = (error: NodeJS.ErrnoException) => {
    // On Windows a closed pipe gives EOF.
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
      // A stream emits its error after the callback of the write that failed.
      await new Promise((resolve) => setImmediate(resolve));
      stdout.off('error', onAnswers);
      stderr.off('error', onMessages);
    },
  };
}

function flushed(stream: Output): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
