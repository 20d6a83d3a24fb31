// The ARNs in requests: their form, and the topics and subscriptions that they name.
import type { Call } from '../../call.ts';
import { invalid, noSubscription, noTopic, notAuthorized } from './errors.ts';
import {
  type SnsState,
  type SubscriptionRecord,
  subscriptionKey,
  type TopicRecord,
  topicAt,
} from './state.ts';

/** @throws InvalidParameterException for a text that is not an ARN; `parameter` is its name in the message */
export function checkArnForm(parameter: string, arn: string): void {
  const parts = arn.split(':');
  if (parts.length < 6) {
    throw invalid(`${parameter} Reason: An ARN must have at least 6 elements, not ${parts.length}`);
  }
}

/**
 * The topic that a request names.
 * @throws InvalidParameterException for another region, NotFoundException, AuthorizationErrorException when it belongs
 * to another account
 */
export function requireTopic(
  state: SnsState,
  call: Call,
  arn: string | undefined,
  action: string,
  parameter = 'TopicArn',
): TopicRecord {
  if (arn === undefined) throw invalid(`${parameter} Reason: no value for required parameter`);
  checkArnForm(parameter, arn);
  const [, , service, region, account] = arn.split(':');
  if (region !== call.region || service !== 'sns') throw invalid(parameter);
  if (account !== call.account) throw notAuthorized(call.callerArn, action, arn);
  const topic = topicAt(state, arn);
  if (topic?.arn !== arn) throw noTopic();
  return topic;
}

/** @throws InvalidParameterException, NotFoundException */
export function requireSubscription(
  state: SnsState,
  call: Call,
  arn: string | undefined = '',
): SubscriptionRecord {
  checkArnForm('SubscriptionArn', arn);
  if (arn.split(':').length < 7) throw invalid('SubscriptionId');
  const found = state.subscriptions.get(subscriptionKey(arn));
  if (found?.owner !== call.account || arn.split(':')[3] !== call.region) throw noSubscription();
  return found;
}
