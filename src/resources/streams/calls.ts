// The calls of Kinesis for a stream. A separate file, so that the client is loaded only when a project has streams.
import {
  AddTagsToStreamCommand,
  CreateStreamCommand,
  DecreaseStreamRetentionPeriodCommand,
  DeleteStreamCommand,
  DescribeStreamSummaryCommand,
  IncreaseStreamRetentionPeriodCommand,
  ListTagsForStreamCommand,
  RemoveTagsFromStreamCommand,
  StartStreamEncryptionCommand,
  StopStreamEncryptionCommand,
  UpdateShardCountCommand,
  UpdateStreamModeCommand,
} from '@aws-sdk/client-kinesis';
import type { Aws } from '../../aws/aws.ts';
import { absent } from '../absent.ts';
import { type Tags, tagRecord } from '../owned/ownership.ts';
import { type LiveStream, ownKey, type Settings } from './live.ts';

/** undefined: it does not exist, or is being deleted. */
export async function readStream(aws: Aws, StreamName: string): Promise<LiveStream | undefined> {
  const kinesis = await aws.kinesis();
  const [answer, tagged] = await Promise.all([
    absent(() => kinesis.send(new DescribeStreamSummaryCommand({ StreamName }))),
    absent(() => kinesis.send(new ListTagsForStreamCommand({ StreamName, Limit: 50 }))),
  ]);
  const summary = answer?.StreamDescriptionSummary;
  if (!summary || summary.StreamStatus === 'DELETING') return undefined;
  return { summary, tags: tagRecord(tagged?.Tags) };
}

/** Whether it exists, in any state. */
export async function isThere(aws: Aws, StreamName: string): Promise<boolean> {
  const kinesis = await aws.kinesis();
  return (await absent(() => kinesis.send(new DescribeStreamSummaryCommand({ StreamName })))) !== undefined;
}

export async function createStream(
  aws: Aws,
  StreamName: string,
  { ShardCount, StreamMode }: Settings,
  Tags: Tags,
): Promise<void> {
  const StreamModeDetails = { StreamMode: StreamMode as 'ON_DEMAND' };
  const kinesis = await aws.kinesis();
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount, StreamModeDetails, Tags }));
}

/** The changes in their order. AWS refuses a change while it makes another one. */
export function steps(
  aws: Aws,
  { summary }: LiveStream,
  changed: ReadonlySet<string>,
  declared: Settings,
): (() => Promise<unknown>)[] {
  const { StreamARN, StreamName, RetentionPeriodHours: hours = 24 } = summary;
  const { StreamMode, ShardCount: TargetShardCount, RetentionPeriodHours = hours } = declared;
  const all: (() => Promise<unknown>)[] = [];
  if (changed.has('StreamMode')) {
    const StreamModeDetails = { StreamMode: StreamMode as 'ON_DEMAND' };
    all.push(async () =>
      (await aws.kinesis()).send(new UpdateStreamModeCommand({ StreamARN, StreamModeDetails })),
    );
  }
  if (changed.has('ShardCount')) {
    const input = { StreamName, TargetShardCount, ScalingType: 'UNIFORM_SCALING' as const };
    all.push(async () => (await aws.kinesis()).send(new UpdateShardCountCommand(input)));
  }
  if (changed.has('RetentionPeriodHours')) {
    const input = { StreamName, RetentionPeriodHours };
    all.push(async () =>
      RetentionPeriodHours > hours
        ? (await aws.kinesis()).send(new IncreaseStreamRetentionPeriodCommand(input))
        : (await aws.kinesis()).send(new DecreaseStreamRetentionPeriodCommand(input)),
    );
  }
  if (changed.has('EncryptionType') || changed.has('KeyId')) {
    const KeyId = declared.KeyId ?? summary.KeyId ?? ownKey;
    const input = { StreamName, EncryptionType: 'KMS' as const, KeyId };
    all.push(async () =>
      declared.EncryptionType === 'NONE'
        ? (await aws.kinesis()).send(new StopStreamEncryptionCommand(input))
        : (await aws.kinesis()).send(new StartStreamEncryptionCommand(input)),
    );
  }
  return all;
}

export async function tagStream(aws: Aws, StreamName: string, Tags: Tags): Promise<void> {
  await (await aws.kinesis()).send(new AddTagsToStreamCommand({ StreamName, Tags }));
}

export async function untagStream(aws: Aws, StreamName: string, TagKeys: string[]): Promise<void> {
  await (await aws.kinesis()).send(new RemoveTagsFromStreamCommand({ StreamName, TagKeys }));
}

export async function deleteStream(aws: Aws, StreamName: string): Promise<void> {
  const kinesis = await aws.kinesis();
  const deletion = new DeleteStreamCommand({ StreamName, EnforceConsumerDeletion: true });
  await absent(() => kinesis.send(deletion));
}
