// Streams of tables: Lambda reads the changes of a table. A table has a stream only when it is enabled.
import type { Aws } from '../../aws/aws.ts';
import type { TriggerValues } from '../../config/triggers/all.ts';
import type { Located, Things } from '../things/things.ts';
import type { TriggerKind } from './kind.ts';
import { mappingKind, sidOf } from './mapping/kind.ts';
import type { Look, MappingSource } from './mapping/source.ts';
import { otherRegion, streamDefaults } from './mapping/streams.ts';

export const dynamodb: TriggerKind<TriggerValues['dynamodb']> = mappingKind({
  name: 'dynamodb',
  defaults: streamDefaults,
  initial: { StartingPosition: 'TRIM_HORIZON' },
  parse(declared, things) {
    const { table, ...members } = typeof declared === 'string' ? { table: declared } : declared;
    return { source: tableSource(table, things), members };
  },
  recognizes: ({ EventSourceArn = '' }) => EventSourceArn.split(':')[2] === 'dynamodb',
  sourceFields: ({ EventSourceArn = '' }, name) => ({
    Table: name(tableOf(EventSourceArn)).replace(/^table\//, ''),
  }),
  label: ({ EventSourceArn = '' }) => EventSourceArn.split('/')[1] ?? '',
  /** Source: AWS Lambda Developer Guide, "Using AWS Lambda with Amazon DynamoDB". */
  statements: (source, declared, things) => [
    {
      Sid: sidOf('dynamodb', source.label),
      Effect: 'Allow',
      Action: [
        'dynamodb:DescribeStream',
        'dynamodb:GetRecords',
        'dynamodb:GetShardIterator',
        'dynamodb:ListStreams',
      ],
      Resource: `${tableOf(things.locate('table', typeof declared === 'string' ? declared : declared.table).arn)}/stream/*`,
    },
  ],
});

/** The ARN of the table, from that of its stream. */
function tableOf(arn: string): string {
  return arn.replace(/\/stream\/.*$/, '');
}

function tableSource(text: string, things: Things): MappingSource {
  const table = things.locate('table', text);
  const { name, arn, region, own } = table;
  const stream = arn.includes('/stream/') ? arn : undefined;
  return {
    label: name,
    needs: own ? [own.resource] : [],
    request: ({ arn: found }) => ({ EventSourceArn: stream ?? found }),
    isOf: ({ EventSourceArn = '' }) =>
      stream ? EventSourceArn === stream : EventSourceArn.startsWith(`${arn}/stream/`),
    problem: (here) => otherRegion('table', region, here),
    needsLook: stream ? undefined : true,
    look: stream ? undefined : (aws) => lookAt(aws, table),
  };
}

async function lookAt(aws: Aws, { name, arn, account, own }: Located): Promise<Look> {
  const { DescribeTableCommand } = (await import('@aws-sdk/client-dynamodb')).default;
  const client = await aws.dynamoDB();
  const problem = (sentence: string, missing?: 'table'): Look => ({
    problem: { field: 'table', sentence: `is ${name}, ${sentence}`, missing },
  });
  try {
    const TableName = account === aws.account ? name : arn;
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    const { LatestStreamArn, StreamSpecification } = Table ?? {};
    if (LatestStreamArn && StreamSpecification?.StreamEnabled !== false) return { arn: LatestStreamArn };
    // A deployment enables the stream of a table of this project.
    if (own) return {};
    return problem(
      'which has no stream; enable one: aws dynamodb update-table --table-name ' +
        `${name} --stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES`,
    );
  } catch (error) {
    // DynamoDB refuses a name of one or two characters instead of looking for it.
    if (!['ResourceNotFoundException', 'ValidationException'].includes((error as Error).name)) throw error;
    return own ? {} : problem(`and there is no such table in ${aws.region}`, 'table');
  }
}
