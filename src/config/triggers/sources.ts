// The sources of triggers in slsctl.yml: a thing of the project by its key, or any by its name or ARN.
import { matching } from '../schema/checks.ts';

interface Source {
  /** What follows the account in its ARN. */
  arn: string;
  /** undefined: only an ARN names it. */
  name?: string;
  noun: string;
}

/** Texts that name the source. A schema is described where it is used, because the short form describes itself. */
function source(service: string, { arn, name, noun }: Source) {
  const arnText = `arn:aws[\\w-]*:${service}:[\\w-]+:\\d{12}:${arn}`;
  return matching(
    new RegExp(name === undefined ? `^${arnText}$` : `^(?:${arnText}|${name})$`),
    name === undefined
      ? `the ARN of a ${noun}`
      : `a ${noun}: its key in this project, or the name or ARN of any`,
  );
}

const queueName = '[\\w-]{1,80}(?:\\.fifo)?';
export const queue = source('sqs', { arn: queueName, name: queueName, noun: 'queue' });

const tableName = '[\\w.-]{1,255}';
export const table = source('dynamodb', {
  arn: `table/${tableName}(?:/stream/[\\w:.-]+)?`,
  name: tableName,
  noun: 'table',
});

const streamName = '[\\w.-]{1,128}';
export const stream = source('kinesis', {
  arn: `stream/${streamName}(?:/consumer/[\\w.-]+:\\d+)?`,
  name: streamName,
  noun: 'stream',
});

export const broker = source('mq', { arn: 'broker:[\\w.-]+:[\\w-]+', noun: 'broker' });

export const cluster = source('kafka', { arn: 'cluster/[\\w.-]+/[\\w-]+', noun: 'cluster' });

export const bucket = matching(
  /^(?:arn:aws[\w-]*:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]|\w[\w.-]{0,62})$/,
  'a bucket: its key in this project, or the name or ARN of any',
);

const topicName = '[\\w-]{1,256}(?:\\.fifo)?';
export const topic = source('sns', { arn: topicName, name: topicName, noun: 'topic' });

export const logGroup = matching(
  /^(?:arn:aws[\w-]*:logs:[\w-]+:\d{12}:log-group:[\w./#-]{1,512}(?::\*)?|[\w./#-]{1,512})$/,
  'the name or the ARN of a log group',
);

export const bus = matching(
  /^(?:arn:aws[\w-]*:events:[\w-]+:\d{12}:event-bus\/[\w./-]{1,256}|[\w./-]{1,256})$/,
  'the name or the ARN of an event bus',
);
