// Shows on a terminal what a command is waiting for, from its beginning on.
import type { Context } from '../context.ts';

/** The line disappears when `run` has ended. */
export async function waitingFor<T>(
  { ui }: Pick<Context, 'ui'>,
  what: string,
  run: () => Promise<T>,
): Promise<T> {
  const shown = ui.waiting(what);
  try {
    return await run();
  } finally {
    const end = await shown;
    end();
  }
}
