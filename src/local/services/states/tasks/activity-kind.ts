// Tasks that workers ask for: activities.
import { runtimeFailure } from '../../../states-language/failure.ts';
import { textOf } from '../../../states-language/json.ts';
import { machineKey, parseArn } from '../state.ts';
import { offer } from './activity-queue.ts';
import { failureDetails, limitDetails, type TaskKind } from './kind.ts';
import { answerOf } from './waiting.ts';

export const activityKind = (arn: string): TaskKind => ({
  waits: true,

  begin({ thread, parameters, limits }) {
    const { activities } = thread.execution.state;
    const parsed = parseArn(arn);
    if (!parsed || !activities.get(machineKey(parsed, parsed.name))) {
      throw runtimeFailure(`The activity ${arn} does not exist.`);
    }
    thread.follow('ActivityScheduled', {
      input: textOf(parameters),
      inputDetails: { truncated: false },
      resource: arn,
      ...limitDetails(limits),
    });
  },

  async run(attempt) {
    const { thread, parameters } = attempt;
    const { state } = thread.execution;
    const { task } = thread.frame;
    const withdraw = task?.worker
      ? () => {}
      : offer(state, arn, {
          token: task?.token ?? '',
          input: textOf(parameters),
          taken(workerName) {
            if (thread.frame.task)
              thread.frame.task.worker = workerName === undefined ? {} : { name: workerName };
            thread.follow('ActivityStarted', workerName === undefined ? {} : { workerName });
            thread.save();
          },
        });
    try {
      return await answerOf(attempt);
    } finally {
      withdraw();
    }
  },

  succeeded({ thread }, output) {
    thread.follow('ActivitySucceeded', { output, outputDetails: { truncated: false } });
  },

  failed({ thread }, failure) {
    thread.follow('ActivityFailed', failureDetails(failure));
  },

  timedOut({ thread }, failure) {
    thread.follow('ActivityTimedOut', failureDetails(failure));
  },
});
