// Streams of Kinesis: Lambda reads their records, by itself or as a consumer with throughput of its own.
import type { Aws } from '../../aws/aws.ts';
import type { TriggerValues } from '../../config/triggers/all.ts';
import type { Located, Things } from '../things/things.ts';
import type { TriggerKind } from './kind.ts';
import { mappingKind, sidOf } from './mapping/kind.ts';
import type { Look, MappingSource } from './mapping/source.ts';
import { otherRegion, streamDefaults } from './mapping/streams.ts';

export const kinesis: TriggerKind<TriggerValues['kinesis']> = mappingKind({
  name: 'kinesis',
  defaults: streamDefaults,
  initial: { StartingPosition: 'TRIM_HORIZON' },
  parse(declared, things) {
    const { stream, ...members } = typeof declared === 'string' ? { stream: declared } : declared;
    return { source: streamSource(stream, things), members };
  },
  recognizes: ({ EventSourceArn = '' }) => EventSourceArn.split(':')[2] === 'kinesis',
  sourceFields: ({ EventSourceArn = '' }, name) => ({
    Stream: isConsumer(EventSourceArn) ? EventSourceArn : name(EventSourceArn).replace(/^stream\//, ''),
  }),
  label: ({ EventSourceArn = '' }) => EventSourceArn.split('/')[1] ?? '',
  /** Source: AWS Lambda Developer Guide, "Configuring Lambda permissions for Kinesis". */
  statements(source) {
    const { EventSourceArn = '' } = source.request({});
    const read = {
      Sid: sidOf('kinesis', source.label),
      Effect: 'Allow' as const,
      Action: [
        'kinesis:DescribeStream',
        'kinesis:DescribeStreamSummary',
        'kinesis:GetRecords',
        'kinesis:GetShardIterator',
        'kinesis:ListShards',
      ],
      Resource: EventSourceArn.replace(/\/consumer\/.*$/, ''),
    };
    if (!isConsumer(EventSourceArn)) return [read];
    const Sid = sidOf('kinesis', `${source.label}-consumer`);
    return [read, { Sid, Effect: 'Allow', Action: 'kinesis:SubscribeToShard', Resource: EventSourceArn }];
  },
});

function isConsumer(arn: string): boolean {
  return arn.includes('/consumer/');
}

function streamSource(text: string, things: Things): MappingSource {
  const stream = things.locate('stream', text);
  const { name, arn, region, own } = stream;
  return {
    label: name,
    needs: own ? [own.resource] : [],
    request: () => ({ EventSourceArn: arn }),
    isOf: ({ EventSourceArn }) => EventSourceArn === arn,
    problem: (here) => otherRegion('stream', region, here),
    look: own ? undefined : (aws) => lookAt(aws, stream),
  };
}

async function lookAt(aws: Aws, { name, arn }: Located): Promise<Look> {
  const { DescribeStreamSummaryCommand } = (await import('@aws-sdk/client-kinesis')).default;
  const client = await aws.kinesis();
  try {
    const StreamARN = arn.replace(/\/consumer\/.*$/, '');
    await client.send(new DescribeStreamSummaryCommand({ StreamARN }));
    return {};
  } catch (error) {
    if ((error as Error).name !== 'ResourceNotFoundException') throw error;
    const sentence = `is ${name}, and there is no such stream in ${aws.region}`;
    return { problem: { field: 'stream', sentence, missing: 'stream' } };
  }
}
