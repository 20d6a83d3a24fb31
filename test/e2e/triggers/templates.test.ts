// The templates with triggers: each deploys, plans to nothing, is called by its trigger, and is removed whole.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { SQS } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSlsctl } from '../../support/in-process.ts';
import { clientSettings, everything, type LocalAws, startLocal } from '../../support/local.ts';
import { folderWith } from '../../support/project.ts';

let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocal();
});
afterAll(() => aws?.stop());

/** Something happens that the trigger waits for. */
const happenings: Record<string, { cause(): Promise<unknown>; printed: string }> = {
  'sqs-node': {
    async cause() {
      const sqs = new SQS(clientSettings(aws.env));
      const { QueueUrl } = await sqs.getQueueUrl({ QueueName: 'work-jobs' });
      await sqs.sendMessage({ QueueUrl, MessageBody: 'broken' });
      await sqs.sendMessage({ QueueUrl, MessageBody: 'resize' });
    },
    printed: 'Processing job: resize',
  },
  'schedule-python': {
    // A rate begins with the creation of the schedule.
    cause: async () => {},
    printed: 'Running the job: clean-up',
  },
  'event-python': {
    cause: () =>
      new EventBridge(clientSettings(aws.env)).putEvents({
        Entries: [
          { Source: 'shop.orders', DetailType: 'Order Changed', Detail: '{"id":7,"status":"open"}' },
          { Source: 'shop.orders', DetailType: 'Order Changed', Detail: '{"id":8,"status":"paid"}' },
        ],
      }),
    printed: 'Order 8 is paid',
  },
};

describe('the template', () => {
  it.each(Object.keys(happenings))('%s is called by its trigger', async (template) => {
    const folder = await folderWith();
    await expectSlsctl(['init', 'work', '--template', template], { cwd: folder });
    const options = { cwd: join(folder, 'work'), env: aws.env };
    await expectSlsctl(['deploy'], options);
    const { stdout: plan } = await expectSlsctl(['plan', '--exit-code'], options);
    expect(plan).toContain('Nothing to change');
    const { stdout: sampled } = await expectSlsctl(
      ['invoke', '--event', template.split('-')[0] as string],
      options,
    );
    expect(sampled).not.toContain('059f36b4'); // The id of the message, which would be in batchItemFailures.
    await happenings[template]?.cause();
    const printed = happenings[template]?.printed as string;
    for (;;) {
      const { stdout } = await expectSlsctl(['logs', '--since', '5m', '--format', 'raw'], options);
      if (stdout.includes(printed)) break;
      await sleep(100);
    }
    const { stdout: receipt } = await expectSlsctl(['destroy', '--yes', '--delete-data'], options);
    expect(receipt).toContain('Nothing remains.');
    expect(receipt).not.toContain('still calls');
    expect(await everything(aws.env)).toEqual([]);
  });
});
