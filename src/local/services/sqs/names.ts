// Names, ARNs and URLs of queues.
import type { Call, Scope } from '../../call.ts';
import { partitionOf } from '../../partition.ts';
import { invalid } from './errors.ts';

interface QueueName extends Scope {
  readonly name: string;
}

/** @throws ServiceError InvalidParameterValue for a name that no queue can have */
export function checkName(name: string, fifo: boolean): void {
  if (fifo && !/^[\w-]{1,75}\.fifo$/.test(name)) {
    throw invalid(
      'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.',
    );
  }
  if (!fifo && !/^[\w-]{1,80}$/.test(name)) {
    throw invalid('Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length');
  }
}

export const queueKey = ({ account, region, name }: QueueName): string => `${account}/${region}/${name}`;

export const queueArn = ({ account, region, name }: QueueName): string =>
  `arn:${partitionOf(region)}:sqs:${region}:${account}:${name}`;

/** undefined: not the ARN of a queue. */
export function nameInArn(arn: string): QueueName | undefined {
  const [, region, account, name] = /^arn:[\w-]+:sqs:([\w-]+):(\d{12}):([\w.-]+)$/.exec(arn) ?? [];
  return region && account && name ? { account, region, name } : undefined;
}

/**
 * `http://127.0.0.1:4586/123456789012/orders`: the address of this server, because some clients send the requests for a
 * queue to the host in its URL.
 */
export const queueUrl = ({ endpoint }: Pick<Call, 'endpoint'>, { account, name }: QueueName): string =>
  `${endpoint}/${account}/${name}`;

/** The queue that a URL, or only a name, stands for. The host does not matter. */
export function nameInUrl(url: string, { account, region }: Scope): QueueName {
  const [, owner = account, name = url] = /^(?:.*\/)?(\d{12})\/([^/]+)\/?$/.exec(url) ?? [];
  return { account: owner, region, name };
}
