// Who reads what the program writes: a reader may have seen enough, and a disk may be full.
import { exitCodes, UserError } from '../errors/user-error.ts';

/**
 * A reader that has seen enough (`slsctl destroy | head -1`) is no error and ends nothing: what is written goes
 * nowhere from then on. `enough` is called when it is the one of stdout. `written` resolves once stdout has
 * everything; it rejects with a UserError when it could not be written.
 */
export function watchReaders(enough: () => void): { written(): Promise<void> } {
  const { stdout, stderr } = process;
  let failure: NodeJS.ErrnoException | undefined;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A pipe of Windows says EOF.
    if (error.code === 'EPIPE' || error.code === 'EOF') enough();
    else failure ??= error;
  });
  stderr.on('error', () => {});
  return {
    async written() {
      await new Promise<void>((resolve) => stdout.write('', () => resolve()));
      if (!failure) return;
      throw new UserError('the answer could not be written to stdout', exitCodes.failed, {
        reason: failure.message,
        cause: failure,
      });
    },
  };
}
