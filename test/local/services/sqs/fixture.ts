// A local AWS in the test's own process with a client of SQS, and a queue for each test.
import * as sdk from '@aws-sdk/client-sqs';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { InputOf, OperationName, OutputOf } from '../../../../src/local/service.ts';
import { clientSettings } from '../../../support/local.ts';
import { type InProcessAws, startInProcess } from '../../in-process.ts';

type Sdk = typeof sdk;

export interface SqsFixture {
  readonly aws: InProcessAws;
  readonly client: SQSClient;
  /** `ask('SendMessage', { … })`, through the SDK and HTTP. */
  ask<Op extends OperationName<Sdk> & string>(
    operation: Op,
    input: InputOf<Sdk, Op>,
  ): Promise<OutputOf<Sdk, Op>>;
  /** `400 InvalidParameterValue: …` of a call that has to fail, with the code of Query. */
  refusal<Op extends OperationName<Sdk> & string>(operation: Op, input: InputOf<Sdk, Op>): Promise<string>;
  /** Creates a queue and returns its URL. */
  queue(Attributes?: Record<string, string>, fifo?: boolean): Promise<string>;
  fifo(Attributes?: Record<string, string>): Promise<string>;
  /** The URL of a queue as an ARN. */
  arn(url: string): string;
  /** The bodies of up to ten messages. */
  bodies(QueueUrl: string): Promise<string[]>;
  stop(): Promise<void>;
}

export const account = '000000000000';
export const region = 'us-east-1';
export const nameOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

/** An error as the SDK throws it for services that formerly spoke only Query. */
interface Refusal extends Error {
  Code?: string;
  $metadata?: { httpStatusCode?: number };
}

export async function sqsFixture(pace = {}): Promise<SqsFixture> {
  const aws = await startInProcess(pace);
  const client = new SQSClient({ ...clientSettings(aws.env), maxAttempts: 1 });
  let count = 0;
  const ask: SqsFixture['ask'] = async (operation, input) => {
    // biome-ignore lint/performance/noDynamicNamespaceImportAccess: any operation
    const Command = sdk[`${operation}Command` as keyof Sdk] as unknown as new (input: object) => never;
    const { $metadata: _, ...answer } = (await client.send(new Command(input as object))) as {
      $metadata: unknown;
    };
    return answer as never;
  };
  const create = async (Attributes: Record<string, string>, suffix: string) => {
    const { QueueUrl } = await ask('CreateQueue', { QueueName: `queue-${count++}${suffix}`, Attributes });
    return QueueUrl as string;
  };
  return {
    aws,
    client,
    ask,
    refusal: (operation, input) =>
      ask(operation, input).then(
        () => 'no error',
        ({ Code, name, message, $metadata }: Refusal) =>
          `${$metadata?.httpStatusCode} ${Code ?? name}: ${message}`,
      ),
    queue: (Attributes = {}) => create(Attributes, ''),
    fifo: (Attributes = {}) => create({ FifoQueue: 'true', ...Attributes }, '.fifo'),
    arn: (url) => `arn:aws:sqs:${region}:${account}:${nameOf(url)}`,
    async bodies(QueueUrl) {
      const { Messages = [] } = await ask('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 });
      return Messages.map(({ Body = '' }) => Body);
    },
    async stop() {
      client.destroy();
      await aws.stop();
    },
  };
}
