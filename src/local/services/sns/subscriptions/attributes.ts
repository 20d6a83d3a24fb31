// The attributes of a subscription: which are valid, and how they are shown.
// https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html
import type * as sdk from '@aws-sdk/client-sns';
import type { Handlers } from '../../../service.ts';
import { requireSubscription } from '../arns.ts';
import { effectiveOf, storedSubscriptionPolicy } from '../delivery-policy.ts';
import { invalid } from '../errors.ts';
import { putSubscription, type SnsState, type SubscriptionRecord, topicAt } from '../state.ts';
import { checkFilterPolicy, isNoPolicy, type Scope } from './filter-policy.ts';
import { readJson } from './json.ts';

const names = [
  'DeliveryPolicy',
  'FilterPolicy',
  'FilterPolicyScope',
  'RawMessageDelivery',
  'RedrivePolicy',
  'SubscriptionRoleArn',
  'ReplayPolicy',
];

type Attributes = Readonly<Record<string, string>>;

export const subscriptionAttributes: Handlers<typeof sdk, SnsState> = {
  GetSubscriptionAttributes({ SubscriptionArn }, { call, state }) {
    const subscription = requireSubscription(state, call, SubscriptionArn);
    const { FilterPolicyScope = 'MessageAttributes', ...attributes } = subscription.attributes;
    const isHttp = /^https?$/.test(subscription.protocol);
    return {
      Attributes: {
        RawMessageDelivery: 'false',
        ...attributes,
        ...(attributes.FilterPolicy === undefined ? {} : { FilterPolicyScope }),
        ...(isHttp
          ? {
              EffectiveDeliveryPolicy: JSON.stringify(
                effectiveOf(subscription, topicAt(state, subscription.topicArn)),
              ),
            }
          : {}),
        ConfirmationWasAuthenticated: String(subscription.authenticated),
        Endpoint: subscription.endpoint,
        Owner: subscription.owner,
        PendingConfirmation: String(subscription.pending),
        Protocol: subscription.protocol,
        SubscriptionArn: subscription.arn,
        SubscriptionPrincipal: subscription.principal,
        TopicArn: subscription.topicArn,
      },
    };
  },

  SetSubscriptionAttributes({ SubscriptionArn, AttributeName = '', AttributeValue = '' }, { call, state }) {
    const subscription = requireSubscription(state, call, SubscriptionArn);
    const changed = { ...subscription.attributes, [AttributeName]: AttributeValue };
    const attributes = checkedAttributes(changed, subscription, '', [AttributeName]);
    putSubscription(state, { ...subscription, attributes });
    return {};
  },
};

/**
 * The attributes as they are stored; those without a value are left out. `prefix` precedes the reasons of refusals, and
 * `changed` are the names that the request gives.
 * @throws InvalidParameterException
 */
export function checkedAttributes(
  given: Attributes,
  subscription: Pick<SubscriptionRecord, 'topicArn' | 'endpoint'>,
  prefix: string,
  changed: readonly string[],
): Attributes {
  const refused = (reason: string) => invalid(prefix + reason);
  const stored: Record<string, string> = { ...given };
  for (const name of changed) {
    const value = given[name] ?? '';
    if (!names.includes(name)) throw refused('AttributeName');
    if (name === 'RawMessageDelivery') {
      if (!/^(true|false)$/i.test(value)) {
        throw refused(`${name}: Invalid value [${value}]. Must be true or false.`);
      }
      stored[name] = value.toLowerCase();
    } else if (name === 'FilterPolicyScope') {
      if (value !== 'MessageAttributes' && value !== 'MessageBody') {
        throw refused(
          `${name}: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`,
        );
      }
    } else if (name === 'RedrivePolicy') checkRedrivePolicy(value, subscription, refused);
    else if (name === 'DeliveryPolicy') stored[name] = storedSubscriptionPolicy(value);
  }
  if (changed.includes('FilterPolicy') || changed.includes('FilterPolicyScope')) {
    const scope = (stored.FilterPolicyScope ?? 'MessageAttributes') as Scope;
    checkFilterPolicy(stored.FilterPolicy ?? '', scope, refused);
  }
  return Object.fromEntries(
    Object.entries(stored).filter(
      ([name, value]) => value !== '' && !(name === 'FilterPolicy' && isNoPolicy(value)),
    ),
  );
}

function checkRedrivePolicy(
  text: string,
  { topicArn, endpoint }: Pick<SubscriptionRecord, 'topicArn' | 'endpoint'>,
  refused: (reason: string) => Error,
): void {
  if (text === '') return;
  const policy = readJson(text, (problem) => refused(`RedrivePolicy: failed to parse JSON. ${problem}`));
  const { deadLetterTargetArn: arn } = (policy ?? {}) as { deadLetterTargetArn?: unknown };
  if (!/^arn:[\w-]+:sqs:[\w-]+:\d{12}:.+$/.test(String(arn))) {
    throw refused('RedrivePolicy: deadLetterTargetArn is an invalid arn');
  }
  if (topicArn.endsWith('.fifo') && endpoint.endsWith('.fifo') && !String(arn).endsWith('.fifo')) {
    throw refused('RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.');
  }
}

/** The dead-letter queue of a subscription. */
export function deadLetterOf({ attributes }: SubscriptionRecord): string | undefined {
  const { RedrivePolicy } = attributes;
  return RedrivePolicy === undefined ? undefined : JSON.parse(RedrivePolicy).deadLetterTargetArn;
}
