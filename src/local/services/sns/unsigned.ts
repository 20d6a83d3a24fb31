// Requests that need no signature: the links in messages to HTTP endpoints, which confirm or end a subscription.
import type { Call } from '../../call.ts';
import type { WireRequest } from '../../protocols/protocol.ts';
import type { Unsigned } from '../../service.ts';

const nobody = 'anonymous';

/** Whether the request has no signature. */
export const anonymous = ({ callerId }: Pick<Call, 'callerId'>): boolean => callerId === nobody;

const pairsOf = ({ query, body }: WireRequest): URLSearchParams =>
  new URLSearchParams(body.length > 0 ? `${query}&${body}` : query);

/** The account and region of the subscription that an unsigned request confirms or ends. */
export function unsignedCall(request: WireRequest): Unsigned | undefined {
  if (request.path !== '/') return undefined;
  const pairs = pairsOf(request);
  const action = pairs.get('Action');
  if (action !== 'ConfirmSubscription' && action !== 'Unsubscribe') return undefined;
  const arn = pairs.get(action === 'Unsubscribe' ? 'SubscriptionArn' : 'TopicArn') ?? '';
  const [, , , region = '', account = ''] = arn.split(':');
  return { account, region, arn: `arn:aws:iam::${account}:${nobody}`, userId: nobody };
}

/** The links do not name the version of the API. */
export function withVersion(request: WireRequest, version: string): WireRequest {
  const { method, query } = request;
  if (method !== 'GET' || !/(^|&)Action=/.test(query) || /(^|&)Version=/.test(query)) return request;
  return { ...request, query: `${query}&Version=${version}` };
}
