// Tasks that wait for a worker, and workers that wait for a task, by activity.
import type { StatesState } from '../state.ts';

export interface Offer {
  readonly token: string;
  readonly input: string;
  taken(workerName: string | undefined): void;
}

interface Queue {
  readonly offers: Set<Offer>;
  readonly workers: Set<() => void>;
}

const queues = new WeakMap<StatesState, Map<string, Queue>>();

function queueOf(state: StatesState, arn: string): Queue {
  const all = queues.get(state) ?? new Map<string, Queue>();
  queues.set(state, all);
  const queue = all.get(arn) ?? { offers: new Set(), workers: new Set() };
  all.set(arn, queue);
  return queue;
}

/** Ends with the function that it returns. */
export function offer(state: StatesState, arn: string, task: Offer): () => void {
  const queue = queueOf(state, arn);
  queue.offers.add(task);
  const [worker] = queue.workers;
  worker?.();
  return () => queue.offers.delete(task);
}

/** The oldest task, or the first one that comes within these milliseconds. */
export async function take(
  state: StatesState,
  arn: string,
  workerName: string | undefined,
  pause: number,
  signal: AbortSignal,
): Promise<Offer | undefined> {
  const queue = queueOf(state, arn);
  if (queue.offers.size === 0) await arrival(queue, pause, signal);
  const [task] = queue.offers;
  if (!task) return undefined;
  queue.offers.delete(task);
  task.taken(workerName);
  return task;
}

function arrival(queue: Queue, pause: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      queue.workers.delete(end);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, pause).unref();
    queue.workers.add(end);
    signal.addEventListener('abort', end, { once: true });
  });
}
