// Parallel: its branches side by side.
import type { Flow } from '../../../states-language/definition.ts';
import type { Json } from '../../../states-language/json.ts';
import { abortedIn } from './aborted.ts';
import { finish, payload } from './data.ts';
import type { Step, Thread } from './model.ts';
import { cancelled } from './scope.ts';

export async function parallel(thread: Thread): Promise<Step> {
  const { frame, state } = thread;
  const input = await payload(thread);
  if (frame.begun === undefined) {
    frame.begun = thread.follow('ParallelStateStarted');
    thread.save();
  }
  const scope = thread.scope.child();
  const branches = (state.Branches as readonly Flow[]).map((branch, index) =>
    thread.child(index, branch, scope, { input, previous: frame.begun as number }),
  );
  const outputs = await Promise.all(branches.map((branch) => ran(branch))).catch((error) => {
    if (error !== cancelled) scope.cancel();
    throw error;
  });
  frame.previous = Math.max(...branches.map((branch) => branch.frame.previous));
  thread.append('ParallelStateSucceeded', frame.previous);
  const step = await finish(thread, outputs);
  thread.dropChildren();
  return step;

  async function ran(branch: Thread): Promise<Json> {
    try {
      return await branch.run();
    } catch (error) {
      if (error !== cancelled && !scope.isCancelled) {
        frame.previous = branch.frame.previous;
        scope.cancel();
        abortedIn(
          thread,
          branches.filter((other) => other !== branch),
        );
      }
      throw error;
    }
  }
}
