// The end of a run by Ctrl-C or another signal: what it had done, what was under way, and what it had not begun.
import type { Context } from '../context.ts';
import type { Named } from '../engine/resource.ts';
import { Interrupted } from '../errors/user-error.ts';

export interface Cut<T> {
  readonly done: readonly T[];
  /** Begun, and not known to be done. */
  readonly cutOff: readonly T[];
  readonly notStarted: readonly T[];
}

/** Tells what is known of an interrupted run, as text and as data. */
export function tellCut<T extends Named>(
  { ui }: Pick<Context, 'ui'>,
  { done, cutOff, notStarted }: Cut<T>,
  title: (resource: T) => string,
): void {
  for (const resource of done) ui.error(`done: ${title(resource)}`);
  for (const resource of cutOff) ui.error(`cut off: ${title(resource)}`);
  for (const resource of notStarted) ui.error(`not started: ${title(resource)}`);
  const data = (resources: readonly T[]) => resources.map(({ kind, name }) => ({ kind, name }));
  ui.answer({ interrupted: { done: data(done), cutOff: data(cutOff), notStarted: data(notStarted) } });
}

/** Runs what comes before the first change. When it is interrupted, the error says `nothing`: `nothing was removed`. */
export async function beforeChanges<T>(
  { signal }: Pick<Context, 'signal'>,
  nothing: string,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const cause = signal.aborted ? signal.reason : error;
    throw cause instanceof Interrupted ? new Interrupted(cause.exitCode, nothing) : error;
  }
}
