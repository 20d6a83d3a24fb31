// The messages about finished asynchronous invocations, as queues, topics, buses, functions and buckets receive them.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { compose } from '../../../../../src/local/compose.ts';
import type { Faces } from '../../../../../src/local/faces.ts';
import { createLambdaService } from '../../../../../src/local/services/lambda/service.ts';
import { createSqsService } from '../../../../../src/local/services/sqs/service.ts';
import { temporaryFolder } from '../../../../support/project.ts';
import { account, callerOf } from '../../../call.ts';
import { lonely, standIn, surroundings } from '../../../composed.ts';
import { functionArn, refusal, role, zip } from '../control.ts';

const region = 'eu-central-1';
const arnOf = (service: string, name: string) => `arn:aws:${service}:${region}:${account}:${name}`;
const event = { a: 1 };

async function fixture() {
  const counted: { name: string; value: number }[] = [];
  const publish = vi.fn<Faces['topics']['publish']>(() => 'id');
  const put = vi.fn<Faces['buses']['put']>();
  const write = vi.fn<Faces['objects']['write']>(async () => {});
  const { queues: _, ...rest } = lonely;
  const factories = {
    createLambdaService,
    createSqsService,
    rest: standIn({
      ...rest,
      metrics: { meter: () => ({ add: (values) => counted.push(...values) }) },
      topics: { exists: () => true, publish },
      buses: { put },
      objects: { read: lonely.objects?.read as Faces['objects']['read'], write },
    }),
  };
  const local = compose(factories, surroundings({ dir: await temporaryFolder('delivery') }));
  const lambda = local.of(createLambdaService);
  const call = callerOf(lambda);
  const sqs = callerOf(local.of(createSqsService));
  const create = (FunctionName: string, more: object = {}) =>
    call('CreateFunction', {
      FunctionName,
      Role: role,
      Runtime: 'python3.13',
      Handler: 'index.handler',
      Code: { ZipFile: zip },
      ...more,
    });
  let payload: object = { done: true };
  let failed = false;
  vi.spyOn(lambda.state.pool, 'invoke').mockImplementation(
    async () => ({ failed, payload: Buffer.from(JSON.stringify(payload)), duration: 1 }) as never,
  );
  const run = async (): Promise<void> => {
    await call('Invoke', {
      FunctionName: 'f',
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify(event)),
    });
    await vi.waitFor(() =>
      expect([...lambda.state.host.store.collection('lambda/async-events').entries()]).toEqual([]),
    );
  };
  return {
    call,
    create,
    sqs,
    run,
    counted,
    publish,
    put,
    write,
    async configure(Destination: string, on: 'OnSuccess' | 'OnFailure') {
      await call('PutFunctionEventInvokeConfig', {
        FunctionName: 'f',
        MaximumRetryAttempts: 0,
        DestinationConfig: { [on]: { Destination } },
      });
      if (on === 'OnFailure') {
        failed = true;
        payload = { errorMessage: 'no', errorType: 'E' };
      }
    },
    async message(QueueUrl: string) {
      const { Messages = [] } = await sqs('ReceiveMessage', { QueueUrl, MessageAttributeNames: ['All'] });
      return Messages[0];
    },
  };
}

let on: Awaited<ReturnType<typeof fixture>>;
beforeEach(async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  on = await fixture();
  return () => vi.restoreAllMocks();
});

const record = {
  version: '1.0',
  requestContext: {
    functionArn: `${functionArn('f')}:$LATEST`,
    condition: 'Success',
    approximateInvokeCount: 1,
  },
  requestPayload: event,
  responseContext: { statusCode: 200, executedVersion: '$LATEST' },
  responsePayload: { done: true },
};

describe('the record of an asynchronous invocation', () => {
  it('is the body of a message without attributes', async () => {
    await on.create('f');
    await on.sqs('CreateQueue', { QueueName: 'told' });
    await on.configure(arnOf('sqs', 'told'), 'OnSuccess');
    await on.run();
    const message = await on.message('told');
    expect(JSON.parse(message?.Body as string)).toMatchObject(record);
    expect(Object.keys(JSON.parse(message?.Body as string))).toEqual([
      'version',
      'timestamp',
      'requestContext',
      'requestPayload',
      'responseContext',
      'responsePayload',
    ]);
    expect(message).toMatchObject({ MessageAttributes: undefined });
  });

  it('is the message of a topic', async () => {
    await on.create('f');
    await on.configure(arnOf('sns', 'told'), 'OnSuccess');
    await on.run();
    expect(on.publish).toHaveBeenCalledExactlyOnceWith(arnOf('sns', 'told'), { text: expect.any(String) });
    expect(JSON.parse(on.publish.mock.lastCall?.[1].text as string)).toMatchObject(record);
  });

  it.each([
    ['OnSuccess', 'Success', 'Success'],
    ['OnFailure', 'Failure', 'RetriesExhausted'],
  ] as const)('is the detail of an event of a bus (%s)', async (kind, word, condition) => {
    await on.create('f');
    const bus = arnOf('events', 'event-bus/default');
    await on.configure(bus, kind);
    await on.run();
    expect(on.put).toHaveBeenCalledExactlyOnceWith(
      { account, region },
      {
        source: 'lambda',
        detailType: `Lambda Function Invocation Result - ${word}`,
        resources: [bus, `${functionArn('f')}:$LATEST`],
        detail: expect.objectContaining({
          requestContext: expect.objectContaining({ condition, approximateInvokeCount: 1 }),
        }),
      },
      bus,
    );
  });

  it('is an object in a bucket, for failures only', async () => {
    await on.create('f');
    const bucket = 'arn:aws:s3:::told';
    await on.configure(bucket, 'OnFailure');
    await on.run();
    const [scope, object] = on.write.mock.lastCall ?? [];
    expect(scope).toEqual({ account, region });
    expect(object).toMatchObject({ bucket: 'told', type: 'application/json' });
    const { timestamp, ...rest } = JSON.parse(object?.content as string);
    expect(rest.requestContext.condition).toBe('RetriesExhausted');
    const [date = '', time = ''] = timestamp.slice(0, 19).split('T');
    expect(object?.key).toMatch(
      new RegExp(
        `^aws/lambda/async/f/${date.replaceAll('-', '/')}/${date}T${time.replaceAll(':', '.')}-[0-9a-f-]{36}$`,
      ),
    );
    expect(await refusal(on.configure(bucket, 'OnSuccess'))).toContain(
      'InvalidParameterValueException: The provided destination config',
    );
  });

  it('is the event of another function', async () => {
    await on.create('f');
    await on.create('told');
    await on.configure(functionArn('told'), 'OnSuccess');
    await on.call('PutFunctionConcurrency', { FunctionName: 'told', ReservedConcurrentExecutions: 0 });
    await on.call('PutFunctionEventInvokeConfig', {
      FunctionName: 'told',
      DestinationConfig: { OnFailure: { Destination: arnOf('sns', 'seen') } },
    });
    await on.run();
    expect(JSON.parse(on.publish.mock.lastCall?.[1].text as string)).toMatchObject({
      requestContext: { functionArn: `${functionArn('told')}:$LATEST` },
      requestPayload: record,
    });
  });

  it('is dropped and counted when its target is gone, and the log says so once', async () => {
    await on.create('f');
    await on.configure(arnOf('sqs', 'gone'), 'OnSuccess');
    await on.run();
    await on.run();
    expect(on.counted.filter(({ name }) => name === 'DestinationDeliveryFailures')).toHaveLength(2);
    const said = vi.mocked(process.stderr.write).mock.calls.map(([text]) => String(text));
    expect(said.filter((text) => text.includes(`${arnOf('sqs', 'gone')} does not take it`))).toHaveLength(1);
  });
});

describe('a dead letter', () => {
  const TargetArn = arnOf('sqs', 'dead');

  it('is the event, with the error in its attributes, beside the record', async () => {
    await on.sqs('CreateQueue', { QueueName: 'dead' });
    await on.create('f', { DeadLetterConfig: { TargetArn } });
    await on.configure(arnOf('sns', 'told'), 'OnFailure');
    await on.run();
    expect(await on.message('dead')).toMatchObject({
      Body: JSON.stringify(event),
      MessageAttributes: {
        RequestID: { DataType: 'String', StringValue: expect.any(String) },
        ErrorCode: { DataType: 'Number', StringValue: '200' },
        ErrorMessage: { DataType: 'String', StringValue: 'no' },
      },
    });
    expect(on.publish).toHaveBeenCalledOnce();
  });

  it('goes to topics with the same attributes', async () => {
    const topic = arnOf('sns', 'dead');
    await on.create('f', { DeadLetterConfig: { TargetArn: topic } });
    await on.configure(arnOf('sqs', 'gone'), 'OnFailure');
    await on.run();
    expect(on.publish).toHaveBeenCalledExactlyOnceWith(topic, {
      text: JSON.stringify(event),
      attributes: {
        RequestID: { type: 'String', text: expect.any(String) },
        ErrorCode: { type: 'Number', text: '200' },
        ErrorMessage: { type: 'String', text: 'no' },
      },
    });
  });

  it('is counted when the queue is gone', async () => {
    await on.create('f', { DeadLetterConfig: { TargetArn } });
    await on.configure(arnOf('sns', 'told'), 'OnFailure');
    await on.run();
    expect(on.counted.filter(({ name }) => name === 'DeadLetterErrors')).toHaveLength(1);
  });

  it('is removed by an empty setting, which the answer does not show yet', async () => {
    await on.create('f', { DeadLetterConfig: { TargetArn } });
    const FunctionName = 'f';
    const answer = await on.call('UpdateFunctionConfiguration', { FunctionName, DeadLetterConfig: {} });
    expect(answer.DeadLetterConfig).toEqual({ TargetArn });
    const after = await on.call('GetFunctionConfiguration', { FunctionName });
    expect(after.DeadLetterConfig).toBeUndefined();
  });
});
