// The endpoints of subscriptions, protocol by protocol: which are valid, and which need a confirmation.
import { invalid, invalidWords } from '../errors.ts';

interface Kind {
  /** The problem of an endpoint. */
  check(endpoint: string): Error | undefined;
  /** Whether a subscription must be confirmed before it gets messages. */
  readonly confirms: boolean;
}

const arnOf = (service: string, words: string): Kind => ({
  check: (endpoint) =>
    new RegExp(`^arn:[\\w-]+:${service}:[\\w-]*:\\d*:.+`).test(endpoint) ? undefined : invalid(words),
  confirms: false,
});

const address = (scheme: string): Kind => ({
  check: (endpoint) =>
    endpoint.startsWith(`${scheme}://`) ? undefined : invalid('Endpoint must match the specified protocol'),
  confirms: true,
});

const email: Kind = {
  check: (endpoint) => (/^[^@\s]+@[^@\s]+$/.test(endpoint) ? undefined : invalid('Email address')),
  confirms: true,
};

const kinds: Readonly<Record<string, Kind>> = {
  sqs: arnOf('sqs', 'SQS endpoint ARN'),
  lambda: arnOf('lambda', 'Lambda endpoint ARN'),
  firehose: arnOf('firehose', 'Firehose endpoint ARN'),
  application: arnOf('sns', 'ApplicationEndpoint ARN'),
  http: address('http'),
  https: address('https'),
  email,
  'email-json': email,
  sms: {
    check: (endpoint) =>
      /^\+?[1-9]([-. ]?\d){1,14}$/.test(endpoint)
        ? undefined
        : invalidWords(`Invalid SMS endpoint: ${endpoint}`),
    confirms: false,
  },
};

/** @throws InvalidParameterException */
export function checkedKind(protocol: string, endpoint: string, topicArn: string): Kind {
  const kind = Object.hasOwn(kinds, protocol) ? kinds[protocol] : undefined;
  if (!kind) throw invalid(`Amazon SNS does not support this protocol string: ${protocol}`);
  const problem = kind.check(endpoint);
  if (problem) throw problem;
  if (protocol === 'sqs' && endpoint.endsWith('.fifo') && !topicArn.endsWith('.fifo')) {
    throw invalid(
      'Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
    );
  }
  if (protocol !== 'sqs' && topicArn.endsWith('.fifo')) {
    throw invalid('Invalid parameter: Endpoint Reason: Please use FIFO SQS queue');
  }
  return kind;
}
