// Event source mappings, compared with AWS's answers and errors.
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { account } from '../../call.ts';
import { functionArn, type LambdaControl, lambdaControl, refusal, region } from './control.ts';

let control: LambdaControl;
let call: LambdaControl['call'];

const F = functionArn('f');
const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
const queue = arn('sqs', 'queue');
const stream = arn('kinesis', 'stream/s');
const table = arn('dynamodb', 'table/t/stream/2025-01-01T00:00:00.000');
const create = (more: object = {}) =>
  call('CreateEventSourceMapping', { FunctionName: 'f', EventSourceArn: queue, ...more });
const ofStream = (more: object = {}) =>
  create({ EventSourceArn: stream, StartingPosition: 'TRIM_HORIZON', ...more });
const unknown = 'ResourceNotFoundException: The resource you requested does not exist.';
const param = (message: string) => `InvalidParameterValueException: ${message}`;
const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);

const identity = (State: string) => ({
  EventSourceMappingArn: expect.stringMatching(/:event-source-mapping:[0-9a-f-]{36}$/),
  FunctionArn: F,
  LastModified: expect.any(Date),
  State,
  UUID: uuid,
});

beforeEach(async () => {
  control = await lambdaControl();
  call = control.call;
  await control.create('f');
  return control.close;
});

describe('an event source mapping', () => {
  it('of a queue has the settings of AWS', async () => {
    const settings = {
      BatchSize: 10,
      EventSourceArn: queue,
      FunctionResponseTypes: [],
      MaximumBatchingWindowInSeconds: 0,
      StateTransitionReason: 'USER_INITIATED',
    };
    const created = await create();
    expect(created).toEqual({ ...settings, ...identity('Creating') });
    const { UUID } = created;
    expect(await call('GetEventSourceMapping', { UUID })).toEqual({ ...created, State: 'Enabled' });
    expect((await call('ListEventSourceMappings', {})).EventSourceMappings).toEqual([
      { ...created, State: 'Enabled' },
    ]);
    expect(await call('DeleteEventSourceMapping', { UUID })).toEqual({ ...created, State: 'Deleting' });
    expect(await refusal(call('GetEventSourceMapping', { UUID }))).toBe(unknown);
    expect((await call('ListEventSourceMappings', {})).EventSourceMappings).toEqual([]);
  });

  const ofStreams = {
    BatchSize: 100,
    BisectBatchOnFunctionError: false,
    DestinationConfig: { OnFailure: {} },
    FunctionResponseTypes: [],
    LastProcessingResult: 'No records processed',
    MaximumBatchingWindowInSeconds: 0,
    MaximumRecordAgeInSeconds: -1,
    MaximumRetryAttempts: -1,
    ParallelizationFactor: 1,
    StartingPosition: 'LATEST',
    StateTransitionReason: 'User action',
    TumblingWindowInSeconds: 0,
  };
  const broker = [{ Type: 'BASIC_AUTH', URI: arn('secretsmanager', 'secret:x') }];
  it.each([
    ['kinesis', { EventSourceArn: stream, StartingPosition: 'LATEST' }, ofStreams],
    ['dynamodb', { EventSourceArn: table, StartingPosition: 'LATEST' }, ofStreams],
    [
      'msk',
      { EventSourceArn: arn('kafka', 'cluster/c/u'), StartingPosition: 'LATEST', Topics: ['t'] },
      {
        AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: uuid },
        BatchSize: 100,
        LastProcessingResult: 'No records processed',
        MaximumBatchingWindowInSeconds: 0,
        StateTransitionReason: 'USER_INITIATED',
      },
    ],
    [
      'kafka',
      {
        EventSourceArn: undefined,
        SelfManagedEventSource: { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: ['kafka:1000'] } },
        SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: 'group' },
        SourceAccessConfigurations: broker,
        StartingPosition: 'TRIM_HORIZON',
        Topics: ['t'],
      },
      {
        BatchSize: 100,
        LastProcessingResult: 'No records processed',
        StateTransitionReason: 'USER_INITIATED',
      },
    ],
    [
      'mq',
      {
        EventSourceArn: arn('mq', 'broker:b:b-1'),
        Queues: ['q'],
        SourceAccessConfigurations: broker,
      },
      {
        BatchSize: 100,
        LastProcessingResult: 'No records processed',
        StateTransitionReason: 'USER_INITIATED',
      },
    ],
    [
      'documentdb',
      {
        EventSourceArn: arn('rds', 'cluster:c'),
        DocumentDBEventSourceConfig: { DatabaseName: 'd' },
        SourceAccessConfigurations: broker,
        StartingPosition: 'LATEST',
      },
      {
        BatchSize: 100,
        DocumentDBEventSourceConfig: { DatabaseName: 'd', FullDocument: 'Default' },
        LastProcessingResult: 'No records processed',
        MaximumBatchingWindowInSeconds: 0,
        StateTransitionReason: 'User action',
      },
    ],
  ])('of %s has its own defaults', async (_kind, wishes, settings) => {
    const created = await create(wishes);
    expect(created).toEqual({ ...identity('Creating'), ...wishes, ...settings });
  });

  it('keeps the given settings', async () => {
    const given = {
      BatchSize: 1,
      DestinationConfig: { OnFailure: { Destination: arn('sqs', 'failed') } },
      FilterCriteria: { Filters: [{ Pattern: '{"data":{"a":[{"prefix":"x"},1,null]}}' }] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumBatchingWindowInSeconds: 1,
      MaximumRetryAttempts: 1,
    };
    expect(await ofStream(given)).toMatchObject(given);
  });

  it('has the function ARN in the form of the request', async () => {
    await control.alias('f', 'live');
    const names = ['f', 'f:1', 'f:$LATEST', `${F}:live`, `${account}:function:f`, `${F}:$LATEST`];
    const arns = await Promise.all(
      names.map(async (FunctionName, index) => {
        return (await create({ FunctionName, EventSourceArn: arn('sqs', `q${index}`) })).FunctionArn;
      }),
    );
    expect(arns).toEqual([F, `${F}:1`, `${F}:$LATEST`, `${F}:live`, F, F]);
    const listed = await call('ListEventSourceMappings', { FunctionName: 'f:1' });
    expect(listed.EventSourceMappings?.map(({ EventSourceArn }) => EventSourceArn)).toEqual([
      arn('sqs', 'q1'),
    ]);
    const bySource = await call('ListEventSourceMappings', { EventSourceArn: arn('sqs', 'q3') });
    expect(bySource.EventSourceMappings?.map(({ FunctionArn }) => FunctionArn)).toEqual([`${F}:live`]);
  });

  it('is changed, disabled and enabled', async () => {
    const { UUID } = await create({ FilterCriteria: { Filters: [{ Pattern: '{"a":[1]}' }] } });
    const update = (more: object) => call('UpdateEventSourceMapping', { UUID, ...more });
    const state = async () => (await call('GetEventSourceMapping', { UUID })).State;
    expect(await update({ BatchSize: 5 })).toMatchObject({ BatchSize: 5, State: 'Updating' });
    expect(await state()).toBe('Enabled');
    expect((await update({ Enabled: false })).State).toBe('Disabling');
    expect(await state()).toBe('Disabled');
    expect((await update({ FilterCriteria: { Filters: [] } })).FilterCriteria).toBeUndefined();
    expect(await state()).toBe('Disabled');
    expect((await update({ Enabled: true })).State).toBe('Enabling');
    expect(await refusal(update({ BatchSize: 11 }))).toMatch(/Maximum batch window in seconds/);
    expect((await create({ Enabled: false, EventSourceArn: arn('sqs', 'off') })).State).toBe('Disabled');
  });

  it('refuses changes while an earlier change is pending', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const now = 5_000;
      const slow = await lambdaControl({ create: now, update: now });
      onTestFinished(slow.close);
      await slow.create('f');
      const { UUID } = await slow.call('CreateEventSourceMapping', {
        FunctionName: 'f',
        EventSourceArn: queue,
      });
      const state = async () => (await slow.call('GetEventSourceMapping', { UUID })).State;
      const busy = (verb: string) =>
        `ResourceInUseException: Cannot ${verb} the event source mapping because it is in use.`;
      expect(await state()).toBe('Creating');
      expect(await refusal(slow.call('DeleteEventSourceMapping', { UUID }))).toBe(busy('delete'));
      vi.setSystemTime(Date.now() + now);
      expect(await state()).toBe('Enabled');
      await slow.call('UpdateEventSourceMapping', { UUID, BatchSize: 1 });
      expect(await state()).toBe('Updating');
      expect(await refusal(slow.call('UpdateEventSourceMapping', { UUID, BatchSize: 2 }))).toBe(
        busy('update'),
      );
      vi.setSystemTime(Date.now() + now);
      await slow.call('DeleteEventSourceMapping', { UUID });
      expect(await state()).toBe('Deleting');
      vi.setSystemTime(Date.now() + now);
      expect(await refusal(state())).toBe(unknown);
    } finally {
      vi.useRealTimers();
    }
  });

  it('exists once for each source and function', async () => {
    const { UUID } = await create();
    const { UUID: second } = await ofStream();
    const instead = 'Please update or delete the existing mapping with UUID';
    expect(await refusal(create())).toBe(
      `ResourceConflictException: An event source mapping with SQS arn (" ${queue} ") and function (" f ") already exists. ${instead} ${UUID}`,
    );
    expect(await refusal(ofStream())).toBe(
      `ResourceConflictException: The event source arn (" ${stream} ") and function (" f ") provided mapping already exists. ${instead} ${second}`,
    );
  });

  it('cannot be moved to a function that reads this source already', async () => {
    await control.alias('f', 'live');
    for (const make of [create, ofStream]) {
      const { UUID } = await make();
      const { UUID: other } = await make({ FunctionName: 'f:live' });
      const move = (FunctionName: string) => call('UpdateEventSourceMapping', { UUID, FunctionName });
      expect(await refusal(move('f:live'))).toMatch(
        new RegExp(`^ResourceConflictException: .* already exists.* with UUID ${other}$`),
      );
      expect((await move('f')).FunctionArn).toBe(F);
    }
  });

  it.each([
    [{ EventSourceArn: undefined }, param('Unrecognized event source.')],
    [{ EventSourceArn: arn('s3', 'bucket') }, param('Unrecognized event source.')],
    [{ EventSourceArn: arn('dynamodb', 'table/t') }, param('Unrecognized event source.')],
    [{ FunctionName: 'none' }, param('Function does not exist')],
    [{ FunctionName: 'f:none' }, param('Function does not exist')],
    [
      { StartingPosition: '0' },
      "ValidationException: 1 validation error detected: Value '0' at 'startingPosition' failed to satisfy constraint: Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]",
    ],
    [{ StartingPosition: 'LATEST' }, param('StartingPosition is not valid for SQS event sources.')],
    [
      { EventSourceArn: stream },
      param(
        "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
      ),
    ],
    [
      { EventSourceArn: stream, StartingPosition: 'LATEST', StartingPositionTimestamp: new Date(1) },
      param('Timestamp only valid with StartingPosition AT_TIMESTAMP'),
    ],
    [
      {
        EventSourceArn: stream,
        StartingPosition: 'AT_TIMESTAMP',
        StartingPositionTimestamp: new Date(-1000),
      },
      param(
        'Received Exception while reading from provided stream. class java.lang.Long can not be converted to a Timestamp',
      ),
    ],
    [
      { EventSourceArn: table, StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: new Date(-1000) },
      param(`Unsupported starting position for arn type: ${table}`),
    ],
    [
      { BatchSize: 11 },
      param(
        'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
      ),
    ],
    [
      { EventSourceArn: `${queue}.fifo`, MaximumBatchingWindowInSeconds: 1 },
      param('Batching window is not supported for FIFO queues'),
    ],
    [
      { DestinationConfig: { OnSuccess: { Destination: queue } } },
      param('Unsupported DestinationConfig parameter for given event source mapping type.'),
    ],
    [
      { EventSourceArn: undefined, SelfManagedEventSource: { Endpoints: {} }, StartingPosition: 'LATEST' },
      param("Required 'sourceAccessConfigurations' parameter is missing."),
    ],
    [{ FilterCriteria: { Filters: [{}] } }, param('Invalid filter pattern definition.')],
    [{ FilterCriteria: { Filters: [{ Pattern: '{"a": 1}' }] } }, param('Invalid filter pattern definition.')],
    [{ FilterCriteria: { Filters: [{ Pattern: '[]' }] } }, param('Invalid filter pattern definition.')],
    [
      { FilterCriteria: { Filters: [{ Pattern: '{"a":[{"no":1}]}' }] } },
      param('Invalid filter pattern definition.'),
    ],
    [{ FilterCriteria: { Filters: [{ Pattern: '{"a":' }] } }, param('Invalid filter pattern definition.')],
    [{ FilterCriteria: { Filters: [{ Pattern: '{"a":[]}' }] } }, param('Invalid filter pattern definition.')],
    [{ FilterCriteria: { Filters: [{ Pattern: 'null' }] } }, param('Invalid filter pattern definition.')],
    [{ FilterCriteria: { Filters: [{ Pattern: 'a' }] } }, param('Invalid filter pattern definition.')],
    [
      { FilterCriteria: { Filters: Array(6).fill({ Pattern: '{"a":[1]}' }) } },
      param('Maximum filters per event source mapping exceeded. The limit is 5.'),
    ],
    [
      { EventSourceArn: stream, StartingPosition: 'LATEST', ScalingConfig: { MaximumConcurrency: 2 } },
      param('Unsupported ScalingConfig parameter for given event source mapping type.'),
    ],
    [
      { EventSourceArn: stream, StartingPosition: 'LATEST', ParallelizationFactor: 11 },
      "ValidationException: 1 validation error detected: Value '11' at 'parallelizationFactor' failed to satisfy constraint: Member must have value less than or equal to 10",
    ],
    [
      { EventSourceArn: stream, StartingPosition: 'LATEST', MaximumRecordAgeInSeconds: 30 },
      param('MaximumRecordAgeInSeconds must be -1, or from 60 to 604800.'),
    ],
    [
      { BatchSize: 10_001, MaximumBatchingWindowInSeconds: 301 },
      "ValidationException: 2 validation errors detected: Value '10001' at 'batchSize' failed to satisfy constraint: Member must have value less than or equal to 10000; Value '301' at 'maximumBatchingWindowInSeconds' failed to satisfy constraint: Member must have value less than or equal to 300",
    ],
  ])('is refused with %j', async (changes, message) => {
    expect(await refusal(create(changes))).toBe(message);
  });

  it.each([
    '{"body":{"a":[{"numeric":[">",0,"<=",5]},{"exists":false}]}}',
    '{"a":[{"anything-but":["x","z"]}],"b":[{"anything-but":{"prefix":"y"}}]}',
    '{"$or":[{"a":["x"]},{"b":[{"suffix":"y"},{"equals-ignore-case":"z"}]}]}',
    '{}',
  ])('takes the filter %s', async (Pattern) => {
    expect((await create({ FilterCriteria: { Filters: [{ Pattern }] } })).FilterCriteria).toEqual({
      Filters: [{ Pattern }],
    });
  });

  it('that does not exist is not found', async () => {
    const UUID = randomUUID();
    expect(await refusal(call('GetEventSourceMapping', { UUID }))).toBe(unknown);
    expect(await refusal(call('UpdateEventSourceMapping', { UUID }))).toBe(unknown);
    expect(await refusal(call('DeleteEventSourceMapping', { UUID }))).toBe(unknown);
  });

  it('stays when its function is deleted', async () => {
    const { UUID } = await create();
    await call('DeleteFunction', { FunctionName: 'f' });
    expect((await call('GetEventSourceMapping', { UUID })).FunctionArn).toBe(F);
  });
});
