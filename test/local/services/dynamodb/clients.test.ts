// The local DynamoDB and its streams with boto3's resources and clients, and with the aws CLI.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pythonWithBoto3 } from '../../../support/boto3/boto3.ts';
import { awsCli } from '../../../support/tools.ts';
import { type InProcessAws, startInProcess } from '../../in-process.ts';

const python = await pythonWithBoto3();
const cli = await awsCli();
const run = promisify(execFile);
const program = fileURLToPath(new URL('./resources.py', import.meta.url));

let local: InProcessAws;
beforeAll(async () => {
  local = await startInProcess();
});
afterAll(() => local.stop());

const env = () => {
  const { AWS_PROFILE: _, ...rest } = process.env;
  return { ...rest, ...local.env, AWS_EC2_METADATA_DISABLED: 'true' };
};

describe.skipIf(!python)('boto3', () => {
  let seen: Record<string, unknown>;
  beforeAll(async () => {
    const { stdout } = await run(python as string, [program], { env: env() });
    seen = JSON.parse(stdout);
  });

  it('creates a table by its resource, and waits for it', () => {
    expect(seen.status).toBe('ACTIVE');
  });

  it('keeps decimal numbers, sets and bytes', () => {
    expect(seen.item).toEqual({
      id: 'a',
      place: '3.14',
      big: '12345678901234567890123456789012345678',
      small: '1E-130',
      set: ['x', 'y'],
      numbers: ['1', '2.5'],
      bytes: [0, 144],
      nested: { list: ['1', 'two', true, null] },
    });
  });

  it('builds conditions with Key and Attr', () => {
    expect(seen.between).toEqual(['3', '3.14', '4']);
    expect(seen.filtered).toEqual(['4', '5']);
  });

  it('writes many items with batch_writer, and reads them in pages', () => {
    expect(seen.paged).toBe(63);
    expect(seen.pages).toBeGreaterThan(5);
  });

  it('updates, and tells a failed condition with the item', () => {
    expect(seen.updated).toEqual({ hits: '2' });
    expect(seen.failed).toEqual({
      code: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      status: 400,
      item: { id: { S: 'counter' }, place: { N: '0' }, hits: { N: '2' } },
      members: ['Error', 'Item', 'ResponseMetadata'],
    });
  });

  it('tells why a transaction was cancelled', () => {
    expect(seen.cancelled).toEqual({
      code: 'TransactionCanceledException',
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
      reasons: ['None', 'ConditionalCheckFailed'],
    });
  });

  it('reads the stream of the table by the client of dynamodbstreams', () => {
    expect(seen.record).toEqual({
      members: ['awsRegion', 'dynamodb', 'eventID', 'eventName', 'eventSource', 'eventVersion'],
      eventName: 'INSERT',
      change: [
        'ApproximateCreationDateTime',
        'Keys',
        'NewImage',
        'SequenceNumber',
        'SizeBytes',
        'StreamViewType',
      ],
      bytes: [0, 144],
    });
  });

  it('is told that a stream does not exist', () => {
    expect(seen.noStream).toMatch(
      /^ResourceNotFoundException Requested resource not found: Stream: arn:aws:\S+ not found$/,
    );
  });
});

describe.skipIf(!cli)('the aws CLI', () => {
  const aws = async (...args: string[]) => {
    const { stdout } = await run(
      cli as string,
      [...args, '--endpoint-url', local.endpoint, '--output', 'json'],
      {
        env: env(),
      },
    );
    return stdout === '' ? undefined : JSON.parse(stdout);
  };

  it('creates a table, puts and queries items, and deletes the table', async () => {
    const table = ['--table-name', 'by-cli'];
    const { TableDescription } = await aws(
      'dynamodb',
      'create-table',
      ...table,
      '--attribute-definitions',
      'AttributeName=id,AttributeType=S',
      '--key-schema',
      'AttributeName=id,KeyType=HASH',
      '--billing-mode',
      'PAY_PER_REQUEST',
      '--stream-specification',
      'StreamEnabled=true,StreamViewType=NEW_IMAGE',
    );
    expect(TableDescription.TableStatus).toBe('CREATING');
    await aws('dynamodb', 'wait', 'table-exists', ...table);
    await aws('dynamodb', 'put-item', ...table, '--item', '{"id":{"S":"a"},"n":{"N":"1"}}');
    const found = await aws(
      'dynamodb',
      'query',
      ...table,
      '--key-condition-expression',
      'id = :i',
      '--expression-attribute-values',
      '{":i":{"S":"a"}}',
    );
    expect(found).toEqual({
      Count: 1,
      Items: [{ id: { S: 'a' }, n: { N: '1' } }],
      ScannedCount: 1,
      ConsumedCapacity: null,
    });
    const { Streams } = await aws('dynamodbstreams', 'list-streams', ...table);
    expect(Streams).toEqual([
      {
        StreamArn: TableDescription.LatestStreamArn,
        TableName: 'by-cli',
        StreamLabel: TableDescription.LatestStreamLabel,
      },
    ]);
    await aws('dynamodb', 'delete-table', ...table);
    await aws('dynamodb', 'wait', 'table-not-exists', ...table);
  });
});
