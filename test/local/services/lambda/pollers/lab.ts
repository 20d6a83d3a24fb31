// Lambda, SQS, Kinesis, SNS and S3 composed as in the program, with functions that are callbacks of the test.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Composed, compose } from '../../../../../src/local/compose.ts';
import type { RecordStreams } from '../../../../../src/local/faces.ts';
import type { Invocation } from '../../../../../src/local/runtime/function-spec.ts';
import type { Surroundings } from '../../../../../src/local/service.ts';
import { createKinesisService } from '../../../../../src/local/services/kinesis/service.ts';
import { createLambdaService } from '../../../../../src/local/services/lambda/service.ts';
import { createS3Service } from '../../../../../src/local/services/s3/service.ts';
import { createSnsService } from '../../../../../src/local/services/sns/service.ts';
import { createSqsService } from '../../../../../src/local/services/sqs/service.ts';
import { temporaryFolder } from '../../../../support/project.ts';
import { account, callerOf } from '../../../call.ts';
import { lonely, standIn, surroundings } from '../../../composed.ts';
import { role, zip } from '../control.ts';

// biome-ignore lint/suspicious/noExplicitAny: events of any service, as a function sees them
export type Event = any;
/** A function: its answer, or an exception. */
export type Handler = (event: Event, invocation: Invocation) => unknown;

export const region = 'eu-central-1';
export const queueArn = (name: string) => `arn:aws:sqs:${region}:${account}:${name}`;
export const queueUrl = (name: string) => `https://sqs.${region}.amazonaws.com/${account}/${name}`;
export const streamArn = (name: string) => `arn:aws:kinesis:${region}:${account}:stream/${name}`;
export const functionArn = (name: string) => `arn:aws:lambda:${region}:${account}:function:${name}`;

export interface Lab {
  readonly lambda: ReturnType<typeof callerOf<typeof import('@aws-sdk/client-lambda'), unknown>>;
  readonly sqs: ReturnType<typeof callerOf<typeof import('@aws-sdk/client-sqs'), unknown>>;
  readonly kinesis: ReturnType<typeof callerOf<typeof import('@aws-sdk/client-kinesis'), unknown>>;
  readonly sns: ReturnType<typeof callerOf<typeof import('@aws-sdk/client-sns'), unknown>>;
  readonly local: Composed;
  /** Creates a function. */
  make(name: string, handler: Handler, more?: object): Promise<void>;
  /** Maps a source to a function; answers the UUID. */
  map(FunctionName: string, EventSourceArn: string, more?: object): Promise<string>;
  /** The bodies of all messages that can be received from a queue. */
  drain(queue: string): Promise<string[]>;
  /** The same store with other services, as after the end of the server. */
  restart(): Promise<Lab>;
  close(): Promise<void>;
}

export interface LabOptions extends Partial<Surroundings> {
  readonly handlers?: Map<string, Handler>;
  readonly tableStreams?: RecordStreams;
}

export async function lab(options: LabOptions = {}): Promise<Lab> {
  const { handlers = new Map<string, Handler>(), tableStreams = lonely.tableStreams, ...changes } = options;
  const around = surroundings({ dir: await temporaryFolder('pollers'), ...changes });
  const { logs, metrics, roles, policies } = lonely;
  const local = compose(
    {
      createLambdaService,
      createSqsService,
      createKinesisService,
      createSnsService,
      createS3Service,
      others: standIn({ logs, metrics, roles, policies, ...(tableStreams && { tableStreams }) }),
    },
    around,
  );
  const service = local.of(createLambdaService);
  const running = new Map<string, number>();
  const { pool } = service.state;
  pool.running = (_account, _region, name) => running.get(name) ?? 0;
  pool.invoke = async ({ name }, invocation) => {
    running.set(name, (running.get(name) ?? 0) + 1);
    const answer = (payload: unknown, failed: boolean) => ({
      payload: Buffer.from(JSON.stringify(payload) ?? ''),
      failed,
      duration: 1,
      log: '',
    });
    try {
      const event = JSON.parse(Buffer.from(invocation.payload).toString());
      return answer(await handlers.get(name)?.(event, invocation), false);
    } catch (error) {
      return answer({ errorMessage: (error as Error).message, errorType: 'Error' }, true);
    } finally {
      running.set(name, (running.get(name) ?? 1) - 1);
    }
  };
  local.resume();
  const lambda = callerOf(service) as unknown as Lab['lambda'];
  const sqs = callerOf(local.of(createSqsService)) as unknown as Lab['sqs'];
  return {
    lambda,
    sqs,
    kinesis: callerOf(local.of(createKinesisService)) as unknown as Lab['kinesis'],
    sns: callerOf(local.of(createSnsService)) as unknown as Lab['sns'],
    local,
    async make(name, handler, more = {}) {
      handlers.set(name, handler);
      await lambda('CreateFunction', {
        FunctionName: name,
        Role: role,
        Runtime: 'python3.13',
        Handler: 'index.handler',
        Code: { ZipFile: zip },
        ...more,
      });
    },
    async map(FunctionName, EventSourceArn, more = {}) {
      const input = { FunctionName, EventSourceArn, ...more };
      return (await lambda('CreateEventSourceMapping', input)).UUID as string;
    },
    async drain(name) {
      const bodies: string[] = [];
      for (;;) {
        const { Messages = [] } = await sqs('ReceiveMessage', {
          QueueUrl: queueUrl(name),
          MaxNumberOfMessages: 10,
        });
        if (Messages.length === 0) return bodies;
        bodies.push(...Messages.map(({ Body = '' }) => Body));
      }
    },
    async restart() {
      await local.close();
      return lab({ ...options, ...around, handlers });
    },
    close: () => local.close(),
  };
}

/** Resolves when the condition holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('the condition does not hold after 20 seconds');
    await sleep(5);
  }
}

/** Long enough for a delivery that must not happen. */
export const quiet = () => sleep(150);
