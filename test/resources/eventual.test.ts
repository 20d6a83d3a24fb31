// What AWS says for a while after a change: a queue that was deleted a moment ago, a name of a bucket that is taken.
import { describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { UserError } from '../../src/errors/user-error.ts';
import { DeclaredBucket } from '../../src/resources/buckets/bucket.ts';
import { DeclaredQueue } from '../../src/resources/queues/queue.ts';

const owner = { project: 'shop' };
const common = { owner, tags: {}, fields: {} };

/** Clients that answer each operation with the next of its answers; an Error is thrown. */
function awsWith(answers: Record<string, unknown[]>): { aws: Aws; sent: string[] } {
  const sent: string[] = [];
  const client = {
    async send(command: object) {
      const name = command.constructor.name.replace(/Command$/, '');
      sent.push(name);
      const answer = answers[name]?.shift();
      if (answer instanceof Error) throw answer;
      return answer ?? {};
    },
  };
  const place = { region: 'us-east-1', account: '123456789012' };
  return { aws: { ...place, sqs: async () => client, s3: async () => client } as unknown as Aws, sent };
}

const error = (name: string) => Object.assign(new Error(name), { name });

describe('a queue', () => {
  it('is made again when SQS has forgotten the deleted one of its name', async () => {
    const { aws, sent } = awsWith({
      CreateQueue: [error('QueueDeletedRecently'), { QueueUrl: 'https://sqs/shop-orders' }],
    });
    const queue = new DeclaredQueue(aws, { name: 'shop-orders', ...common });
    const live = await queue.apply(undefined, []);
    expect(live.url).toBe('https://sqs/shop-orders');
    expect(sent).toEqual(['CreateQueue', 'CreateQueue']);
  });
});

describe('a bucket', () => {
  it('whose name another account has is refused with the field that names it', async () => {
    const { aws } = awsWith({ CreateBucket: [error('BucketAlreadyExists')] });
    const bucket = new DeclaredBucket(aws, { name: 'files', ...common });
    const failure = await bucket.apply(undefined, []).catch((cause: unknown) => cause);
    expect(failure).toBeInstanceOf(UserError);
    expect(failure).toMatchObject({
      message: 'the name files is taken: a bucket of another account has it',
      next: 'give the bucket another name in slsctl.yml: name: NAME',
    });
  });
});
