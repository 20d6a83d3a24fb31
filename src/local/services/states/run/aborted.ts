// The events of tasks that end because another branch or iteration has failed.
import type { Thread } from './model.ts';

/** Appends events for those of these threads that are in a task. */
export function abortedIn(parent: Thread, threads: readonly Thread[]): void {
  for (const { frame, flow } of threads) {
    if (frame.output !== undefined || !frame.entered) continue;
    if (flow.States[frame.state]?.Type === 'Task') parent.append('TaskStateAborted', parent.frame.previous);
  }
}
