// Topics: Amazon SNS calls the function with each message.
import type { TriggerValues } from '../../config/triggers/all.ts';
import type { Things } from '../things/things.ts';
import { boundSources, type Permitted, permittedSources } from './binding/sources.ts';
import { isStatementOf, statementId } from './binding/statement-id.ts';
import type { TriggerKind } from './kind.ts';
import { type Attributes, DeclaredSubscription, SubscriptionResource } from './topic/subscription.ts';

type Declared = TriggerValues['sns'];
type Kind = TriggerKind<Declared>;

function parse(declared: Declared, things: Things) {
  const said = typeof declared === 'string' ? { topic: declared } : declared;
  const { topic, filterPolicy, filterPolicyScope, deadLetter } = said as Exclude<Declared, string>;
  const queue = deadLetter ? things.locate('queue', deadLetter) : undefined;
  const attributes: Attributes = {
    ...(filterPolicyScope === undefined
      ? {}
      : { FilterPolicyScope: filterPolicyScope ?? 'MessageAttributes' }),
    ...(filterPolicy === undefined ? {} : { FilterPolicy: parsed(filterPolicy) }),
    ...(deadLetter === undefined
      ? {}
      : { RedrivePolicy: queue ? { deadLetterTargetArn: queue.arn } : undefined }),
  };
  return { source: things.locate('topic', topic), queue, attributes };
}

function parsed(policy: unknown): unknown {
  if (typeof policy !== 'string') return policy ?? undefined;
  try {
    return JSON.parse(policy);
  } catch {
    return policy;
  }
}

export const sns: Kind = {
  resources(entries, { aws, host, config, places, things }) {
    return entries.map(({ declared, qualifier, index }) => {
      const { source, queue, attributes } = parse(declared, things);
      return new DeclaredSubscription(aws, host, {
        ...{ source, attributes, deadLetter: queue, qualifier, index, key: config.key },
        needs: [
          ...places.callable(qualifier),
          ...[source.own?.resource, queue?.own?.resource].filter((one) => one !== undefined),
        ],
      });
    });
  },
  claims: {
    /** Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
    of({ declared, qualifier }, { things }) {
      const { source } = parse(declared, things);
      const permission = {
        Action: 'lambda:InvokeFunction',
        Principal: 'sns.amazonaws.com',
        SourceArn: source.arn,
      };
      return [{ id: statementId('sns', source.name), qualifier, permission }];
    },
    owns: (id) => isStatementOf('sns', id),
  },
  every: async (aws, host) => found(await permittedSources(aws, host, 'sns'), aws, host),
  async leftBehind(entries, { aws, host, things }) {
    const declared = entries.map((entry) => ({
      arn: parse(entry.declared, things).source.arn,
      qualifier: entry.qualifier,
    }));
    const sources = await boundSources(aws, host, 'sns', 'sns');
    const left = sources.filter(
      (one) => !declared.some(({ arn, qualifier }) => one.arn === arn && one.qualifier === qualifier),
    );
    return found(left, aws, host);
  },
};

/** A subscription is known by its topic and what it calls. */
function found(
  sources: readonly Permitted[],
  aws: Parameters<Kind['every']>[0],
  host: Parameters<Kind['every']>[1],
): SubscriptionResource[] {
  const places = new Map(sources.map((one) => [`${one.qualifier} ${one.arn}`, one]));
  return [...places.values()]
    .filter(({ arn }) => /^[\w-]+(\.fifo)?$/.test(arn.split(':')[5] ?? ''))
    .map(({ arn, qualifier }) => new SubscriptionResource(aws, host, { topicArn: arn, qualifier }));
}
