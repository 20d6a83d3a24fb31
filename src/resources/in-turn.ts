// Edits of one document that this run makes side by side: each waits for the one before it.
import type { Aws } from '../aws/aws.ts';

/** A function that runs edits of the same key one after the other. A failed edit does not keep the next from running. */
export function inTurns(): <Answer>(aws: Aws, key: string, edit: () => Promise<Answer>) => Promise<Answer> {
  const running = new WeakMap<Aws, Map<string, Promise<unknown>>>();
  return (aws, key, edit) => {
    const ofRun = running.get(aws) ?? new Map<string, Promise<unknown>>();
    running.set(aws, ofRun);
    const turn = (ofRun.get(key) ?? Promise.resolve()).then(edit);
    ofRun.set(
      key,
      turn.catch(() => {}),
    );
    return turn;
  };
}
