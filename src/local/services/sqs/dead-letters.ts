// Dead-letter queues: their sources, and tasks that move messages out of them.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
import type * as sdk from '@aws-sdk/client-sqs';
import type { Call } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { firstPage, keyIn } from '../pages.ts';
import { invalid, invalidValue, notFound, required } from './errors.ts';
import { nameInArn, queueArn, queueUrl } from './names.ts';
import { badArn } from './permissions.ts';
import { badToken, checkPageSize } from './queues.ts';
import type { MoveRecord, QueueRecord } from './records.ts';
import { sourcesOf } from './redrive.ts';
import type { SqsState } from './state.ts';

export const deadLetters: Handlers<typeof sdk, SqsState> = {
  ListDeadLetterSourceQueues({ QueueUrl, NextToken, MaxResults }, { state, call }) {
    const queue = state.byUrl(call, QueueUrl);
    checkPageSize(MaxResults);
    const after = NextToken ? keyIn(NextToken, badToken) : '';
    const sources = [...sourcesOf(state, queue)].filter(([key]) => key > after);
    const { items, next } = firstPage(sources, ([key]) => key, MaxResults ?? sources.length);
    return { queueUrls: items.map(([, source]) => queueUrl(call, source)), NextToken: next };
  },

  StartMessageMoveTask({ SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: rate }, { state, call }) {
    const source = sourceIn(state, call, required(SourceArn, 'SourceArn'));
    if (rate !== undefined && (rate < 1 || rate > 500)) {
      throw invalidValue('MaxNumberOfMessagesPerSecond', rate, 'Must be between 1 and 500, if provided.');
    }
    if ([...sourcesOf(state, source)].length === 0) {
      throw invalid('Source queue must be configured as a Dead Letter Queue.');
    }
    if (DestinationArn) queueIn(state, call, DestinationArn, 'DestinationArn');
    const { moves } = state;
    if (moves.of(source).some(({ status }) => status === 'RUNNING')) {
      throw invalid(
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      );
    }
    return { TaskHandle: handleOf(moves.start(source, DestinationArn, rate)) };
  },

  ListMessageMoveTasks({ SourceArn, MaxResults = 1 }, { state, call }) {
    const source = sourceIn(state, call, required(SourceArn, 'SourceArn'));
    if (MaxResults < 1 || MaxResults > 10) {
      throw invalidValue('MaxResults', MaxResults, 'Must be between 1 and 10, if provided.');
    }
    const newest = state.moves.of(source).slice(-MaxResults).reverse();
    return { Results: newest.map(described) };
  },

  CancelMessageMoveTask({ TaskHandle }, { state, call }) {
    const { id, arn } = readHandle(required(TaskHandle, 'TaskHandle'));
    const source = sourceIn(state, call, arn);
    const task = state.moves.of(source).find((one) => one.id === id);
    if (!task) throw notFound('Task does not exist.');
    if (task.status !== 'RUNNING') throw invalid('Only active tasks can be cancelled.');
    state.moves.cancel(task);
    return { ApproximateNumberOfMessagesMoved: task.moved };
  },
};

const sourceIn = (state: SqsState, call: Call, arn: string) => queueIn(state, call, arn, 'SourceArn');

/** @throws ServiceError InvalidParameterValue, ResourceNotFoundException */
function queueIn(state: SqsState, call: Call, arn: string, parameter: string): QueueRecord {
  if (!nameInArn(arn)) throw badArn(parameter);
  const queue = state.findByArn(arn);
  if (queue?.account === call.account && queue.region === call.region) return queue;
  throw notFound(`The resource that you specified for the ${parameter} parameter doesn't exist.`);
}

function described(task: MoveRecord) {
  const running = task.status === 'RUNNING';
  return {
    TaskHandle: running ? handleOf(task) : undefined,
    Status: task.status,
    SourceArn: queueArn({ ...task, name: task.queue }),
    DestinationArn: task.destination,
    MaxNumberOfMessagesPerSecond: task.rate,
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    FailureReason: task.failure,
    StartedTimestamp: task.started,
  };
}

const handleOf = (task: MoveRecord): string =>
  Buffer.from(
    JSON.stringify({ taskId: task.id, sourceArn: queueArn({ ...task, name: task.queue }) }),
  ).toString('base64');

function readHandle(handle: string): { id: string; arn: string } {
  try {
    const { taskId, sourceArn } = JSON.parse(Buffer.from(handle, 'base64').toString());
    if (typeof taskId === 'string' && typeof sourceArn === 'string') return { id: taskId, arn: sourceArn };
  } catch {
    // Not the handle of a task.
  }
  throw invalid('Value for parameter TaskHandle is invalid.');
}
