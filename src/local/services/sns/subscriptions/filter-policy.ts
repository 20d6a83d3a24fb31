// Filter policies of subscriptions: which are valid, and which messages they let pass.
// https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
import { compilePattern, type Pattern, PatternError } from '../../../event-patterns/pattern.ts';
import type { MessageAttribute } from '../../../faces.ts';
import { type Message, textFor } from '../publishing/message.ts';
import type { SubscriptionRecord } from '../state.ts';
import { readJson } from './json.ts';

export type Scope = 'MessageAttributes' | 'MessageBody';

const mostKeys = 5;
const mostCombinations = 150;

/** @throws the error that `refused` creates */
export function checkFilterPolicy(text: string, scope: Scope, refused: (reason: string) => Error): void {
  if (isNoPolicy(text)) return;
  const failed = (reason: string) => refused(`FilterPolicy: ${reason}`);
  const policy = readJson(text, (problem) => failed(`failed to parse JSON. ${problem}`));
  try {
    compilePattern(text, 'SNS');
  } catch (error) {
    if (error instanceof PatternError) throw failed(error.message);
    throw error;
  }
  if (scope === 'MessageAttributes' && isNested(policy as object)) {
    throw refused('Filter policy scope MessageAttributes does not support nested filter policy');
  }
  if (Object.keys(policy as object).length > mostKeys) {
    throw failed(`Filter policy can not have more than ${mostKeys} keys`);
  }
  if (combinations(policy as object, 1, 1) > mostCombinations) throw failed('Filter policy is too complex');
}

/** Without text or keys there is no policy, and every message passes. */
export const isNoPolicy = (text: string): boolean => /^\s*(\{\s*\})?\s*$/.test(text);

const isNested = (policy: object): boolean =>
  Object.entries(policy).some(([key, value]) =>
    Array.isArray(value) ? key === '$or' && value.some((one) => isNested(one)) : true,
  );

/** The number of values of each key, multiplied by the depth of the key and by one another. */
function combinations(policy: object, depth: number, before: number): number {
  return Object.entries(policy).reduce((count, [key, value]) => {
    if (!Array.isArray(value)) return combinations(value, depth + 1, count);
    if (key !== '$or') return count * value.length * depth;
    return value.reduce((sum: number, one) => sum + combinations(one, depth, count), 0);
  }, before);
}

const compiled = new WeakMap<SubscriptionRecord, Pattern>();

/** Whether the filter policy of a subscription lets a message pass. */
export function passes(subscription: SubscriptionRecord, message: Message): boolean {
  const { FilterPolicy, FilterPolicyScope } = subscription.attributes;
  if (FilterPolicy === undefined) return true;
  let matches = compiled.get(subscription);
  if (!matches) {
    matches = compilePattern(FilterPolicy, 'SNS');
    compiled.set(subscription, matches);
  }
  if (FilterPolicyScope !== 'MessageBody') return matches(valuesOf(message.attributes));
  try {
    return matches(JSON.parse(textFor(message, subscription.protocol)));
  } catch {
    // The body is not JSON.
    return false;
  }
}

function valuesOf(attributes: Readonly<Record<string, MessageAttribute>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).map(([name, one]) => [name, attributeValue(one)]));
}

function attributeValue({ type, text, bytes }: MessageAttribute): unknown {
  if (text === undefined) return Buffer.from(bytes ?? []).toString('base64');
  if (/^Number(\.|$)/.test(type)) return Number(text);
  if (type !== 'String.Array') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
