// Which notifications of a bucket overlap: S3 sends an event to one of them only, and refuses the configuration.
import type { NotificationConfiguration } from '@aws-sdk/client-s3';

/** A notification, whatever it calls. */
export interface Notification {
  readonly id: string;
  /** The function, queue or topic. */
  readonly arn: string;
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
}

type Scope = Pick<Notification, 'events' | 'prefix' | 'suffix'>;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html */
export function overlap(one: Scope, other: Scope): boolean {
  return (
    one.events.some((a) => other.events.some((b) => covers(a, b) || covers(b, a))) &&
    (one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix)) &&
    (one.suffix.endsWith(other.suffix) || other.suffix.endsWith(one.suffix))
  );
}

function covers(pattern: string, event: string): boolean {
  return pattern === event || (pattern.endsWith(':*') && event.startsWith(pattern.slice(0, -1)));
}

/** All notifications of a configuration. */
export function notificationsIn(configuration: NotificationConfiguration): Notification[] {
  const { LambdaFunctionConfigurations, QueueConfigurations, TopicConfigurations } = configuration;
  const all = [
    ...(LambdaFunctionConfigurations ?? []).map((one) => ({ arn: one.LambdaFunctionArn, one })),
    ...(QueueConfigurations ?? []).map((one) => ({ arn: one.QueueArn, one })),
    ...(TopicConfigurations ?? []).map((one) => ({ arn: one.TopicArn, one })),
  ];
  return all.map(({ arn = '', one: { Id = '', Events = [], Filter } }) => {
    const rules = Filter?.Key?.FilterRules ?? [];
    const ruleOf = (name: string) => rules.find(({ Name }) => Name?.toLowerCase() === name)?.Value ?? '';
    return { id: Id, arn, events: Events, prefix: ruleOf('prefix'), suffix: ruleOf('suffix') };
  });
}

/** `s3:ObjectCreated:* of incoming/*.jpg` */
export function scopeText({ events, prefix, suffix }: Scope): string {
  const keys = prefix || suffix ? `keys ${prefix}*${suffix}` : 'all keys';
  return `${events.join(', ')} of ${keys}`;
}
