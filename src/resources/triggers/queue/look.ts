// A queue that an entry of `triggers:` names and the project does not make.
import type { Aws } from '../../../aws/aws.ts';
import type { Located } from '../../things/things.ts';
import type { Missing } from '../problem.ts';

/** undefined: there is no such queue. Rejects with the error of SQS when it may not be read. */
export async function lookAtQueue(
  aws: Aws,
  { name, account }: Located,
): Promise<{ visibilityTimeout: number } | undefined> {
  const { GetQueueAttributesCommand, GetQueueUrlCommand } = (await import('@aws-sdk/client-sqs')).default;
  const client = await aws.sqs();
  try {
    // SQS takes a name for a queue of the own account.
    const { QueueUrl = name } =
      account === aws.account
        ? {}
        : await client.send(new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account }));
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['VisibilityTimeout'] });
    const { Attributes } = await client.send(command);
    return { visibilityTimeout: Number(Attributes?.VisibilityTimeout) };
  } catch (error) {
    if (/QueueDoesNotExist|NonExistentQueue/.test((error as Error).name)) return undefined;
    throw error;
  }
}

export function noSuchQueue(aws: Aws, { name, account }: Located): { sentence: string; missing: Missing } {
  const where = account === aws.account ? aws.region : `account ${account}`;
  return { sentence: `is ${name}, and there is no such queue in ${where}`, missing: 'queue' };
}

/**
 * Why the queue of `deadLetter` cannot be used. undefined: it can, the project makes it, or nobody can tell: these
 * credentials need not be allowed to read it.
 */
export async function deadLetterProblem(
  aws: Aws,
  queue: Located | undefined,
): Promise<{ field: 'deadLetter'; sentence: string; missing?: Missing } | undefined> {
  if (!queue || queue.own) return undefined;
  const { name, region } = queue;
  if (region !== aws.region) {
    return { field: 'deadLetter', sentence: `is ${name} in ${region}, and must be in ${aws.region}` };
  }
  try {
    const found = await lookAtQueue(aws, queue);
    return found ? undefined : { field: 'deadLetter', ...noSuchQueue(aws, queue) };
  } catch (error) {
    if (/AccessDenied/.test((error as Error).name)) return undefined;
    throw error;
  }
}
