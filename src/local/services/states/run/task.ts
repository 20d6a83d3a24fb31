// Task: calls a function or a service, or waits for whoever has its token.
import { evaluationFailure, runtimeFailure, StateFailure } from '../../../states-language/failure.ts';
import { isObject, type Json, parsed, textOf } from '../../../states-language/json.ts';
import { evaluated } from '../../../states-language/jsonata/evaluate.ts';
import { requiredAt } from '../../../states-language/paths/evaluate.ts';
import { filled } from '../../../states-language/payload-template.ts';
import type { Attempt, Limits } from '../tasks/kind.ts';
import { kindOf } from '../tasks/kinds.ts';
import { parseResource } from '../tasks/resource.ts';
import { newToken } from '../tasks/tokens.ts';
import { effectiveInput, finish, payload } from './data.ts';
import { evaluatedOr } from './flow.ts';
import type { Step, Thread } from './model.ts';

export async function task(thread: Thread): Promise<Step> {
  const { frame, execution, state } = thread;
  const resource = parseResource(String(state.Resource));
  const kind = kindOf(resource);
  frame.attempts ??= [];
  frame.task ??= {};
  if (kind.waits && frame.task.token === undefined) {
    frame.task.token = newToken();
    execution.state.tokens.put(frame.task.token, { execution: execution.key, path: thread.path });
  }
  const limits = { ...(await limit(thread, 'TimeoutSeconds')), ...(await limit(thread, 'HeartbeatSeconds')) };
  const role = await credentials(thread);
  const attempt: Attempt = { thread, parameters: await payload(thread), limits, role };
  await thread.scope.race(Promise.resolve());
  const { task } = frame;
  if (!task.scheduled) {
    kind.begin(attempt);
    task.scheduled = true;
    if (limits.TimeoutSeconds !== undefined) task.deadline = execution.now + limits.TimeoutSeconds * 1000;
    if (limits.HeartbeatSeconds !== undefined) task.beat = execution.now + limits.HeartbeatSeconds * 1000;
  }
  thread.save();
  let text: string;
  try {
    text = await kind.run(attempt);
  } catch (error) {
    if (error instanceof StateFailure) {
      if (error.error === 'States.Timeout') kind.timedOut(attempt, error);
      else if (!error.details.placed) kind.failed(attempt, error);
      thread.save();
    }
    throw error;
  }
  const result = parsed(text);
  kind.succeeded(attempt, text);
  return finish(thread, result);
}

async function limit(thread: Thread, name: keyof Limits): Promise<Limits> {
  const value = thread.state[name] as Json | undefined;
  if (value !== undefined) return { [name]: await evaluatedOr<number>(thread, value, name, 'number') };
  const path = thread.state[`${name}Path`];
  if (typeof path !== 'string') return {};
  const found = requiredAt(path, thread.reach(effectiveInput(thread)));
  if (typeof found === 'number' && Number.isInteger(found) && found > 0) return { [name]: found };
  throw runtimeFailure(
    `The ${name}Path parameter does not reference a positive integer: ${path} == ${textOf(found)}`,
  );
}

/** The role that the task names; undefined: the role of the machine. */
async function credentials(thread: Thread): Promise<string | undefined> {
  const template = thread.state.Credentials as Json | undefined;
  if (template === undefined) return undefined;
  const value =
    thread.language === 'JSONata'
      ? await evaluated(template, 'Credentials', thread.bindings())
      : filled(template, thread.reach(effectiveInput(thread)));
  const role = isObject(value) ? value.RoleArn : undefined;
  if (typeof role === 'string') return role;
  throw evaluationFailure('Credentials must name a role.', 'Credentials');
}
