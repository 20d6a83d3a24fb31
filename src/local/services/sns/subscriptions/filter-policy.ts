// Filter policies of subscriptions: which are valid, and which messages they let pass.
// https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
import type { Message } from '../publishing/message.ts';
import type { SubscriptionRecord } from '../state.ts';
import { readJson } from './json.ts';

export type Scope = 'MessageAttributes' | 'MessageBody';

/** @throws the error that `refused` creates */
export function checkFilterPolicy(text: string, _scope: Scope, refused: (reason: string) => Error): void {
  if (text === '') return;
  readJson(text, (problem) => refused(`FilterPolicy: failed to parse JSON. ${problem}`));
}

/** Whether the filter policy of a subscription lets a message pass. */
export function passes(_subscription: SubscriptionRecord, _message: Message): boolean {
  return true;
}
