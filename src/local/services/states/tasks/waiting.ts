// Waits for the end of a task, no longer than its limits allow.
import { StateFailure } from '../../../states-language/failure.ts';
import type { TaskAnswer } from '../records.ts';
import type { Attempt } from './kind.ts';
import { waitFor } from './tokens.ts';

const timeout = (also: readonly string[] = []) => new StateFailure('States.Timeout', undefined, { also });

/** @throws StateFailure when the task takes longer than it may */
export async function inTime<T>({ thread }: Attempt, work: Promise<T>): Promise<T> {
  const { deadline } = thread.frame.task ?? {};
  if (deadline === undefined) return thread.scope.race(work);
  const scope = thread.scope.child();
  try {
    return await scope.race(Promise.race([work, scope.until(deadline).then(() => late())]));
  } finally {
    scope.cancel();
  }
}

function late(): never {
  throw timeout();
}

/**
 * The answer of whoever has the token, or `other` when it comes first. @throws StateFailure: the answer is a failure, or
 * comes too late
 */
export async function answerOf(attempt: Attempt, other?: Promise<TaskAnswer>): Promise<string> {
  const { thread, limits } = attempt;
  const { frame, execution } = thread;
  const kept = frame.task?.answer;
  const given =
    kept ?? (await inTime(attempt, waited(attempt, (limits.HeartbeatSeconds ?? 0) * 1000, other)));
  // The answer was stored when it was given; this copy of the frame does not know it yet.
  if (frame.task) frame.task.answer = given;
  const { token } = frame.task ?? {};
  if (token !== undefined) execution.state.tokens.remove(token);
  if ('output' in given) return given.output;
  throw new StateFailure(given.error, given.cause);
}

async function waited(
  { thread }: Attempt,
  pause: number,
  other: Promise<TaskAnswer> | undefined,
): Promise<TaskAnswer> {
  const { frame, execution } = thread;
  const token = frame.task?.token ?? '';
  const scope = thread.scope.child();
  let end = () => {};
  try {
    return await new Promise<TaskAnswer>((resolve, reject) => {
      end = waitFor(execution.state, token, {
        answered: resolve,
        beat() {
          if (!frame.task || pause === 0) return;
          frame.task.beat = execution.now + pause;
          thread.save();
        },
      });
      watchHeart().catch(reject);
      other?.then(resolve, reject);
    });
  } finally {
    end();
    scope.cancel();
  }

  async function watchHeart(): Promise<void> {
    for (;;) {
      const beat = frame.task?.beat;
      if (beat === undefined) return;
      await scope.until(beat);
      if ((frame.task?.beat ?? 0) <= execution.now) throw timeout(['States.HeartbeatTimeout']);
    }
  }
}
