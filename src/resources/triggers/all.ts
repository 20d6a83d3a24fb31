// The table of the kinds of triggers: one line and one file for each file of src/config/triggers/. A kind imports no SDK
// package but Lambda's before it makes a call, because every command loads this table.
import { alb } from './alb.ts';
import { cognito } from './cognito.ts';
import { dynamodb } from './dynamodb.ts';
import { edge } from './edge.ts';
import { event } from './event.ts';
import { http } from './http.ts';
import { iot } from './iot.ts';
import { kafka } from './kafka.ts';
import type { TriggerKinds } from './kind.ts';
import { kinesis } from './kinesis.ts';
import { logs } from './logs.ts';
import { mq } from './mq.ts';
import { s3 } from './s3.ts';
import { schedule } from './schedule.ts';
import { ses } from './ses.ts';
import { sns } from './sns.ts';
import { sqs } from './sqs.ts';

export const triggerKinds: TriggerKinds = {
  s3,
  sqs,
  sns,
  dynamodb,
  kinesis,
  mq,
  kafka,
  event,
  schedule,
  logs,
  http,
  alb,
  cognito,
  ses,
  iot,
  edge,
};
