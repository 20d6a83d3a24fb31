// A local AWS with functions that report what they have received, and the clients of its services.
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { IAM } from '@aws-sdk/client-iam';
import { Lambda } from '@aws-sdk/client-lambda';
import { S3 } from '@aws-sdk/client-s3';
import { SQS } from '@aws-sdk/client-sqs';
import { build } from 'esbuild';
import { clientSettings, type LocalAws, startLocal } from '../../test/support/local.ts';
import { zipOf } from '../../test/support/zip.ts';
import { killAndRestart } from '../killed.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const everything = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

export class DeliverySite {
  readonly lambda: Lambda;
  readonly sqs: SQS;
  readonly s3: S3;
  readonly dynamodb: DynamoDB;
  private readonly iam: IAM;
  private readonly local: LocalAws;
  private role = '';

  private constructor(local: LocalAws) {
    this.local = local;
    const settings = { ...clientSettings(local.env), forcePathStyle: true };
    this.lambda = new Lambda(settings);
    this.sqs = new SQS(settings);
    this.s3 = new S3(settings);
    this.dynamodb = new DynamoDB(settings);
    this.iam = new IAM(settings);
  }

  static async open(): Promise<DeliverySite> {
    const site = new DeliverySite(await startLocal());
    const { Role } = await site.iam.createRole({ RoleName: 'trust', AssumeRolePolicyDocument: trust });
    await site.iam.putRolePolicy({ RoleName: 'trust', PolicyName: 'all', PolicyDocument: everything });
    site.role = Role?.Arn ?? '';
    return site;
  }

  close(): Promise<void> {
    return this.local.stop();
  }

  /** Kills the server so many times, evenly spread over `count` steps; `done` says how many of them are done. */
  async killDuring(kills: number, count: number, done: () => number): Promise<void> {
    for (let kill = 1; kill <= kills; kill++) {
      while (done() < (kill * count) / (kills + 1)) await sleep(10);
      await killAndRestart(this.local);
    }
  }

  /** Makes a queue. Resolves with its URL and ARN. */
  async queue(name: string, attributes: Record<string, string> = {}): Promise<{ url: string; arn: string }> {
    const { QueueUrl: url = '' } = await this.sqs.createQueue({ QueueName: name, Attributes: attributes });
    const answer = await this.sqs.getQueueAttributes({ QueueUrl: url, AttributeNames: ['QueueArn'] });
    return { url, arn: answer.Attributes?.QueueArn ?? '' };
  }

  /**
   * Makes a function from a handler in functions/, which reports to the queue at this URL. Resolves with its ARN.
   * `share`: the share of the records, 0 to 1, that fails.
   */
  async function(name: string, reports: string, share: number): Promise<string> {
    const code = await bundled(name);
    const { FunctionArn = '' } = await this.lambda.createFunction({
      FunctionName: name,
      Role: this.role,
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Timeout: 6,
      Code: { ZipFile: await zipOf({ 'index.js': code }) },
      Environment: { Variables: { REPORTS: reports, SHARE: String(share) } },
    });
    return FunctionArn;
  }

  /** Takes the messages of a queue, in their order, until `enough` says so or nothing comes for 90 seconds. */
  async collect(url: string, take: (body: string) => void, enough: () => boolean): Promise<void> {
    for (let quiet = 0; !enough() && quiet < 90; quiet++) {
      const request = { QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
      const { Messages = [] } = await this.sqs.receiveMessage(request);
      if (Messages.length === 0) continue;
      quiet = 0;
      for (const { Body = '' } of Messages) take(Body);
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await this.sqs.deleteMessageBatch({ QueueUrl: url, Entries });
    }
  }

  /** Waits until the mapping is there and enabled. */
  async mapping(request: Parameters<Lambda['createEventSourceMapping']>[0]): Promise<void> {
    const { UUID } = await this.lambda.createEventSourceMapping(request);
    for (;;) {
      const { State } = await this.lambda.getEventSourceMapping({ UUID });
      if (State === 'Enabled') return;
      await sleep(100);
    }
  }
}

/** Repeats a request until the server, which may just have been killed, answers it. */
export async function answered<T>(send: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if ((error as { $response?: unknown }).$response !== undefined) throw error;
      await sleep(100);
    }
  }
}

/** The handler with the client of SQS in it: functions do not find it elsewhere. */
async function bundled(name: string): Promise<string> {
  const file = fileURLToPath(new URL(`functions/${name}.js`, import.meta.url));
  const { outputFiles } = await build({
    stdin: { contents: await readFile(file, 'utf8'), resolveDir: root, sourcefile: file },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
