// Tasks that call a service: one request, a started execution that is waited for, or a token that comes back.
import { largestPayload, StateFailure, tooLarge } from '../../../states-language/failure.ts';
import { isObject, type JsonObject } from '../../../states-language/json.ts';
import { describeEnded, whenEnded } from './child-execution.ts';
import { callOptimized, callSdk } from './integrations.ts';
import { type Attempt, failureDetails, limitDetails, type TaskKind } from './kind.ts';
import type { ServiceResource } from './resource.ts';
import { roleOf } from './role.ts';
import { answerOf, inTime } from './waiting.ts';

export function serviceKind(target: ServiceResource): TaskKind {
  const { service, operation, pattern, resource, resourceType } = target;
  const place = { resource, resourceType };
  const output = (text: string) => ({ output: text, outputDetails: { truncated: false }, ...place });

  async function requested(attempt: Attempt): Promise<JsonObject> {
    const { thread, parameters } = attempt;
    const call = { execution: thread.execution, service, operation, parameters, roleArn: roleOf(attempt) };
    const result = await inTime(attempt, target.kind === 'sdk' ? callSdk(call) : callOptimized(call));
    if (Buffer.byteLength(JSON.stringify(result)) > largestPayload) throw tooLarge(service);
    return result;
  }

  /** The request, once: what it started is waited for after a restart. */
  async function submitted(attempt: Attempt): Promise<void> {
    const { thread } = attempt;
    const { task } = thread.frame;
    if (!task || task.submitted || task.answer !== undefined) return;
    const result = await requested(attempt);
    const text = JSON.stringify(result);
    thread.follow('TaskSubmitted', output(text));
    task.submitted = true;
    if (typeof result.ExecutionArn === 'string') task.child = result.ExecutionArn;
    keepAnswer(attempt);
    thread.save();
  }

  /** An answer that came before the request had ended is in the store, and not in this copy of the frame. */
  function keepAnswer({ thread }: Attempt): void {
    const kept = thread.execution.frame(thread.path)?.task?.answer;
    if (kept !== undefined && thread.frame.task) thread.frame.task.answer = kept;
  }

  return {
    waits: pattern !== 'call',

    begin({ thread, parameters, limits, role }) {
      const { region } = thread.execution.record;
      thread.follow('TaskScheduled', {
        ...place,
        region,
        parameters: JSON.stringify(isObject(parameters) ? parameters : {}),
        ...limitDetails(limits),
        ...(role === undefined ? {} : { taskCredentials: { roleArn: role } }),
      });
      thread.follow('TaskStarted', place);
    },

    async run(attempt) {
      if (pattern === 'call') return JSON.stringify(await requested(attempt));
      await submitted(attempt);
      if (pattern === 'token') return answerOf(attempt);
      const { thread } = attempt;
      const child = thread.frame.task?.child;
      if (child === undefined) {
        throw new StateFailure(
          'States.TaskFailed',
          `The local AWS has no integration ${service}:${resource}.`,
        );
      }
      const { state } = thread.execution;
      const ended = whenEnded(state, child).then(() => ({
        output: describeEnded(state, child, pattern === 'sync2'),
      }));
      return answerOf(attempt, ended);
    },

    succeeded({ thread }, text) {
      thread.follow('TaskSucceeded', output(text));
    },

    failed({ thread }, failure) {
      thread.follow('TaskFailed', { ...failureDetails(failure), ...place });
    },

    timedOut({ thread }, failure) {
      thread.follow('TaskTimedOut', { ...failureDetails(failure), ...place });
    },
  };
}
