// Checks that the source of a new mapping exists, and that the function's role may read it.
import { invalid } from '../errors.ts';
import type { FunctionRecord, MappingSettings } from '../records.ts';
import type { LambdaState } from '../state.ts';
import type { EventSource } from './kinds.ts';

const ofQueue = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];
const ofStream = {
  kinesis: ['GetRecords', 'GetShardIterator', 'DescribeStream', 'ListShards', 'DescribeStreamSummary'],
  dynamodb: ['GetRecords', 'GetShardIterator', 'DescribeStream', 'ListStreams'],
};

const subscribe = 'SubscribeToShard';
/** A mapping may name a consumer of a Kinesis stream in place of the stream. */
const ofConsumer = [subscribe, 'DescribeStream', 'ListShards', 'DescribeStreamSummary'];

/** @throws InvalidParameterValueException in AWS's words */
export function checkSource(
  state: LambdaState,
  { kind }: EventSource,
  { EventSourceArn: arn = '' }: MappingSettings,
  { settings: { Role = '', Timeout = 3 } }: FunctionRecord,
): void {
  const { host } = state;
  const may = (action: string) => host.face('policies').allowsRole(Role, action, arn);
  if (kind === 'sqs') {
    const refused = ofQueue.find((action) => !may(`sqs:${action}`));
    if (refused) {
      throw invalid(`The function execution role does not have permissions to call ${refused} on SQS`);
    }
    const queue = host.face('queues').describe(arn);
    if (!queue) {
      throw invalid(
        'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.',
      );
    }
    if (queue.visibilityTimeout < Timeout) {
      throw invalid(
        `Queue visibility timeout: ${queue.visibilityTimeout} seconds is less than Function timeout: ${Timeout} seconds`,
      );
    }
  } else if (kind === 'kinesis' || kind === 'dynamodb') {
    const consumer = arn.includes('/consumer/');
    const actions = consumer ? ofConsumer : ofStream[kind];
    const stream = arn.replace(/\/consumer\/.*$/, '');
    const allowed = (action: string) =>
      host.face('policies').allowsRole(Role, `${kind}:${action}`, action === subscribe ? arn : stream);
    if (!actions.every(allowed)) {
      const listed = `${actions.slice(0, -1).join(', ')}, and ${actions.at(-1)}`;
      throw invalid(
        `Cannot access stream ${arn}. Please ensure the role can perform the ${listed} Actions on your stream in IAM.`,
      );
    }
    const streams = host.face(kind === 'kinesis' ? 'kinesis' : 'tableStreams');
    if (!streams.describe(arn)) throw invalid(`Stream not found: ${arn}`);
  }
}
