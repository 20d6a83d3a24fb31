// The notifications of a bucket: which configurations are valid, and how they are stored.
import { randomBytes } from 'node:crypto';
import {
  Event,
  type LambdaFunctionConfiguration,
  type NotificationConfiguration,
  type QueueConfiguration,
  type TopicConfiguration,
} from '@aws-sdk/client-s3';
import { invalidArgument } from './errors.ts';

type Target = LambdaFunctionConfiguration & QueueConfiguration & TopicConfiguration;

const events: ReadonlySet<string> = new Set(Object.values(Event));

export const newId = (): string => randomBytes(24).toString('base64url');

/** The configuration with an id for each target. @throws ServiceError InvalidArgument */
export function checkedNotifications(given: NotificationConfiguration): NotificationConfiguration {
  const targets = <T>(list: T[] | undefined, member: keyof Target, service: string): T[] | undefined =>
    list?.map((one) => checked(one as Target, member, service) as T);
  return {
    TopicConfigurations: targets(given.TopicConfigurations, 'TopicArn', 'sns'),
    QueueConfigurations: targets(given.QueueConfigurations, 'QueueArn', 'sqs'),
    LambdaFunctionConfigurations: targets(given.LambdaFunctionConfigurations, 'LambdaFunctionArn', 'lambda'),
    EventBridgeConfiguration: given.EventBridgeConfiguration,
  };
}

function checked(target: Target, member: keyof Target, service: string): Target {
  const arn = String(target[member] ?? '');
  if (!new RegExp(`^arn:[a-z0-9-]+:${service}:[a-z0-9-]+:\\d{12}:.`).test(arn)) {
    throw invalidArgument('The ARN is not well formed', member, arn);
  }
  const wrong = target.Events?.find((event) => !events.has(event));
  if (wrong !== undefined) {
    throw invalidArgument('The event is not supported for notifications', 'Event', wrong);
  }
  const seen = new Set<string>();
  for (const { Name = '', Value = '' } of target.Filter?.Key?.FilterRules ?? []) {
    const name = Name.toLowerCase();
    if (name !== 'prefix' && name !== 'suffix') {
      throw invalidArgument('filter rule name must be either prefix or suffix', 'FilterRule.Name', Name);
    }
    if (seen.has(name)) {
      throw invalidArgument(
        `Cannot specify more than one ${name} rule in a filter.`,
        'FilterRule.Name',
        Name,
      );
    }
    if (Buffer.byteLength(Value) > 1024) {
      throw invalidArgument(
        'Size of filter rule value cannot exceed 1024 bytes in UTF-8',
        'FilterRule.Value',
        Value,
      );
    }
    seen.add(name);
  }
  return { ...target, Id: target.Id ?? newId() };
}
