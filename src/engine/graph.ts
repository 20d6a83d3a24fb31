// Runs one task per resource, each as soon as the tasks that it waits for are done. A failure stops only the tasks that wait for it.
import { kindAndName, type Report, type Resource } from './resource.ts';

export interface Failure {
  readonly resource: Resource;
  readonly error: unknown;
}

export interface Outcome {
  readonly done: Resource[];
  readonly failed: Failure[];
  /** Not started: a task before it failed, or the run was aborted. */
  readonly skipped: Resource[];
}

/** One step of a run, for the display. */
export type Event =
  | { readonly resource: Resource; readonly phase: 'start' | 'done' | 'skipped' }
  | {
      readonly resource: Resource;
      readonly phase: 'progress';
      readonly text: string;
      readonly share?: number;
    }
  | { readonly resource: Resource; readonly phase: 'failed'; readonly error: unknown };

export interface RunOptions {
  onEvent?: (event: Event) => void;
  /** After an abort no new step starts; steps that are running finish. */
  signal?: AbortSignal;
}

/**
 * Resources that `before` names but that are not in the list count as done. A failed task does not reject. Resources
 * that wait for each other in a circle are a bug of the caller: rejects with an Error.
 */
export async function runGraph(
  resources: readonly Resource[],
  before: (resource: Resource) => readonly Resource[],
  task: (resource: Resource, report: Report) => Promise<void>,
  { onEvent = () => {}, signal }: RunOptions = {},
): Promise<Outcome> {
  const outcome: Outcome = { done: [], failed: [], skipped: [] };
  const members = new Set(resources);
  const started = new Map<Resource, Promise<boolean>>();
  const path = new Set<Resource>();

  /** Resolves with true when the resource is done, with false when it failed or was skipped. */
  function start(resource: Resource): Promise<boolean> {
    const running = started.get(resource);
    if (running) return running;
    if (path.has(resource)) throw new Error(`${kindAndName(resource)} waits for itself`);
    path.add(resource);
    const waits = before(resource).filter((other) => members.has(other));
    const run = step(resource, waits.map(start));
    path.delete(resource);
    started.set(resource, run);
    return run;
  }

  async function step(resource: Resource, waits: Promise<boolean>[]): Promise<boolean> {
    const ready = (await Promise.all(waits)).every(Boolean);
    if (!ready || signal?.aborted) {
      outcome.skipped.push(resource);
      onEvent({ resource, phase: 'skipped' });
      return false;
    }
    onEvent({ resource, phase: 'start' });
    try {
      await task(resource, (text, share) => onEvent({ resource, phase: 'progress', text, share }));
    } catch (error) {
      outcome.failed.push({ resource, error });
      onEvent({ resource, phase: 'failed', error });
      return false;
    }
    outcome.done.push(resource);
    onEvent({ resource, phase: 'done' });
    return true;
  }

  await Promise.all(resources.map(start));
  return outcome;
}
