// Sample events of SQS, SNS and CloudWatch Logs.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html, https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
// https://docs.aws.amazon.com/lambda/latest/dg/services-cloudwatchlogs.html
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { arnOf, type EventSite, isoTime } from './site.ts';

const text = 'Hello from slsctl';

export function sqsEvent(site: EventSite): object {
  const { queue, account, region, now } = site;
  const order = queue.endsWith('.fifo')
    ? {
        SequenceNumber: '18849496460467696128',
        MessageGroupId: '1',
        MessageDeduplicationId: createHash('sha256').update(text).digest('hex'),
      }
    : {};
  return {
    Records: [
      {
        messageId: '059f36b4-87a3-44ab-83d2-661975830a7d',
        receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
        body: text,
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: String(now),
          ...order,
          SenderId: account,
          ApproximateFirstReceiveTimestamp: String(now),
        },
        messageAttributes: {},
        md5OfBody: createHash('md5').update(text).digest('hex'),
        eventSource: 'aws:sqs',
        eventSourceARN: arnOf(site, 'sqs', queue),
        awsRegion: region,
      },
    ],
  };
}

export function snsEvent(site: EventSite): object {
  const topicArn = arnOf(site, 'sns', site.topic);
  const subscriptionArn = `${topicArn}:21be56ed-a058-49f5-8c98-aedd2564c486`;
  const host = `https://sns.${site.region}.amazonaws.com`;
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscriptionArn,
        Sns: {
          Type: 'Notification',
          MessageId: '95df01b4-ee98-5cb9-9903-4c221d41eb5e',
          TopicArn: topicArn,
          Subject: null,
          Message: text,
          Timestamp: isoTime(site),
          SignatureVersion: '1',
          Signature: 'EXAMPLE',
          SigningCertUrl: `${host}/SimpleNotificationService-EXAMPLE.pem`,
          UnsubscribeUrl: `${host}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
          MessageAttributes: {},
        },
      },
    ],
  };
}

export function logsEvent({ account, logGroup, functionName, now }: EventSite): object {
  const message = {
    messageType: 'DATA_MESSAGE',
    owner: account,
    logGroup,
    logStream: '2025/01/01/[$LATEST]0123456789abcdef',
    subscriptionFilters: [functionName],
    logEvents: [
      {
        id: '34622316099697884706540976068822859012661220141643892546',
        timestamp: now,
        message: `[ERROR] ${text}`,
      },
    ],
  };
  return { awslogs: { data: gzipSync(JSON.stringify(message)).toString('base64') } };
}
