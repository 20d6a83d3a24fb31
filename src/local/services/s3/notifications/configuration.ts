// The notifications of a bucket: which configurations are valid, and how they are stored.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
import { randomBytes } from 'node:crypto';
import {
  Event,
  type FilterRule,
  type LambdaFunctionConfiguration,
  type NotificationConfiguration,
  type QueueConfiguration,
  type TopicConfiguration,
} from '@aws-sdk/client-s3';
import { invalidArgument, malformedXml } from '../errors.ts';
import type { BucketRecord } from '../state.ts';

/** A destination of notifications, whatever its kind. */
export interface Destination {
  readonly kind: Kind;
  readonly arn: string;
  readonly id: string;
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
}

export type Kind = 'lambda' | 'sqs' | 'sns';

type Given = LambdaFunctionConfiguration & QueueConfiguration & TopicConfiguration;

const events: ReadonlySet<string> = new Set(Object.values(Event));

/** The name of each kind in error messages, and the member with its ARN. */
const kinds = {
  sns: { name: 'Topic', arn: 'TopicArn', list: 'TopicConfigurations' },
  sqs: { name: 'Queue', arn: 'QueueArn', list: 'QueueConfigurations' },
  lambda: { name: 'CloudFunction', arn: 'LambdaFunctionArn', list: 'LambdaFunctionConfigurations' },
} as const;

export const newId = (): string => randomBytes(24).toString('base64url');

/**
 * The configuration as it is stored: with an id for each destination, and the names of filter rules as AWS writes them.
 * @throws ServiceError InvalidArgument, MalformedXML
 */
export function checkedNotifications(
  given: NotificationConfiguration,
  region: string,
): NotificationConfiguration {
  for (const kind of ['sns', 'sqs', 'lambda'] as const) {
    for (const one of given[kinds[kind].list] ?? []) checkArn(one as Given, kind);
  }
  const checked = {
    TopicConfigurations: given.TopicConfigurations?.map((one) => checkedDestination(one)),
    QueueConfigurations: given.QueueConfigurations?.map((one) => checkedDestination(one)),
    LambdaFunctionConfigurations: given.LambdaFunctionConfigurations?.map((one) => checkedDestination(one)),
    EventBridgeConfiguration: given.EventBridgeConfiguration,
  };
  const all = destinationsIn(checked);
  checkIds(all);
  checkOverlap(all);
  checkRegions(all, region);
  return checked;
}

/** The destinations of the bucket, without EventBridge. */
export function destinationsIn(configuration: NotificationConfiguration): Destination[] {
  return (['sns', 'sqs', 'lambda'] as const).flatMap((kind) =>
    ((configuration[kinds[kind].list] ?? []) as Given[]).map((one) => {
      const rules = one.Filter?.Key?.FilterRules ?? [];
      const ruleOf = (name: string) => rules.find(({ Name }) => (Name as string) === name)?.Value ?? '';
      return {
        kind,
        arn: one[kinds[kind].arn] ?? '',
        id: one.Id ?? '',
        events: one.Events ?? [],
        prefix: ruleOf('Prefix'),
        suffix: ruleOf('Suffix'),
      };
    }),
  );
}

/** The configuration of a bucket; undefined when it sends no notifications. */
export function notificationsOf({ settings }: BucketRecord): NotificationConfiguration | undefined {
  return settings.notification as NotificationConfiguration | undefined;
}

/** `event` without `s3:` at its start. */
export function isSentTo({ events, prefix, suffix }: Destination, event: string, key: string): boolean {
  return events.some((one) => covers(one, `s3:${event}`)) && key.startsWith(prefix) && key.endsWith(suffix);
}

const covers = (pattern: string, event: string): boolean =>
  pattern === event || (pattern.endsWith(':*') && event.startsWith(pattern.slice(0, -1)));

function checkArn(given: Given, kind: Kind): void {
  const arn = given[kinds[kind].arn] ?? '';
  if (new RegExp(`^arn:[a-z0-9-]+:${kind}:[a-z0-9-]+:\\d{12}:.`).test(arn)) return;
  throw invalidArgument('The ARN could not be parsed', kinds[kind].name, arn);
}

function checkedDestination<T extends LambdaFunctionConfiguration | QueueConfiguration | TopicConfiguration>(
  given: T,
): T {
  const wrong = given.Events?.find((event) => !events.has(event));
  if (wrong !== undefined) {
    throw invalidArgument('The event is not supported for notifications', 'Event', wrong);
  }
  const rules = given.Filter?.Key?.FilterRules;
  const Id = given.Id || newId();
  if (!rules) return { ...given, Id };
  return { ...given, Id, Filter: { Key: { FilterRules: checkedRules(rules) } } };
}

function checkedRules(rules: readonly FilterRule[]): FilterRule[] {
  const seen = new Set<string>();
  return rules.map(({ Name, Value }) => {
    if (Name === undefined || Value === undefined) throw malformedXml();
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
    // The SDK's type knows only the names in lower case.
    return { Name: (name === 'prefix' ? 'Prefix' : 'Suffix') as string as FilterRule['Name'], Value };
  });
}

function checkIds(all: readonly Destination[]): void {
  const seen = new Set<string>();
  for (const { id } of all) {
    if (seen.has(id)) {
      throw invalidArgument('Same ID used for multiple configurations. IDs must be unique', 'Id', id);
    }
    seen.add(id);
  }
}

/** S3 sends an event to one destination only. */
function checkOverlap(all: readonly Destination[]): void {
  for (const [index, one] of all.entries()) {
    for (const other of all.slice(index + 1)) {
      if (!overlap(one, other)) continue;
      throw invalidArgument(
        'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.',
        kinds[other.kind].name,
        other.arn,
      );
    }
  }
}

function overlap(one: Destination, other: Destination): boolean {
  return (
    one.events.some((a) => other.events.some((b) => covers(a, b) || covers(b, a))) &&
    (one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix)) &&
    (one.suffix.endsWith(other.suffix) || other.suffix.endsWith(one.suffix))
  );
}

function checkRegions(all: readonly Destination[], region: string): void {
  for (const { kind, arn } of all) {
    if (arn.split(':')[3] === region) continue;
    throw invalidArgument(
      'The notification destination service region is not valid for the bucket location constraint',
      kinds[kind].name,
      arn,
    );
  }
}
