// The calls of SQS for a queue. A separate file, so that the client is loaded only when a project has queues.
import {
  CreateQueueCommand,
  type CreateQueueCommandInput,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs';
import type { Aws } from '../../aws/aws.ts';
import { absent } from '../absent.ts';
import type { Tags } from '../owned/ownership.ts';
import { parsedAttributes } from './attributes.ts';
import type { LiveQueue } from './live.ts';

/** undefined: it does not exist. */
export async function readQueue(aws: Aws, QueueName: string): Promise<LiveQueue | undefined> {
  const sqs = await aws.sqs();
  // SQS takes the name of a queue in place of its URL.
  const QueueUrl = QueueName;
  const [found, attributes, tagged] = await Promise.all([
    absent(() => sqs.send(new GetQueueUrlCommand({ QueueName }))),
    absent(() => sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))),
    absent(() => sqs.send(new ListQueueTagsCommand({ QueueUrl }))),
  ]);
  if (!found?.QueueUrl || !attributes) return undefined;
  return {
    url: found.QueueUrl,
    attributes: parsedAttributes(attributes.Attributes ?? {}),
    tags: tagged?.Tags ?? {},
  };
}

/** The URL. */
export async function createQueue(aws: Aws, input: CreateQueueCommandInput): Promise<string> {
  return (await (await aws.sqs()).send(new CreateQueueCommand(input))).QueueUrl ?? '';
}

export async function setAttributes(
  aws: Aws,
  QueueUrl: string,
  Attributes: Record<string, string>,
): Promise<void> {
  await (await aws.sqs()).send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
}

export async function tagQueue(aws: Aws, QueueUrl: string, Tags: Tags): Promise<void> {
  await (await aws.sqs()).send(new TagQueueCommand({ QueueUrl, Tags }));
}

export async function untagQueue(aws: Aws, QueueUrl: string, TagKeys: string[]): Promise<void> {
  await (await aws.sqs()).send(new UntagQueueCommand({ QueueUrl, TagKeys }));
}

export async function deleteQueue(aws: Aws, QueueUrl: string): Promise<void> {
  const sqs = await aws.sqs();
  await absent(() => sqs.send(new DeleteQueueCommand({ QueueUrl })));
}
