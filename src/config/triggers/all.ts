// The kinds of triggers: a line and a file each. A resource file of the same name in src/resources/triggers/ says what the
// program does with it.
import type * as z from 'zod';
import type { triggerNames } from '../schema/field-names.ts';
import { alb } from './alb.ts';
import { cognito } from './cognito.ts';
import { dynamodb } from './dynamodb.ts';
import { edge } from './edge.ts';
import { event } from './event.ts';
import { http } from './http.ts';
import { iot } from './iot.ts';
import { kafka } from './kafka.ts';
import { kinesis } from './kinesis.ts';
import { logs } from './logs.ts';
import { mq } from './mq.ts';
import { s3 } from './s3.ts';
import { schedule } from './schedule.ts';
import { ses } from './ses.ts';
import { sns } from './sns.ts';
import { sqs } from './sqs.ts';

export const triggerKinds = {
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
} satisfies Record<(typeof triggerNames)[number], z.ZodType>;

export type TriggerKindName = keyof typeof triggerKinds;

/** What slsctl.yml says under each kind. */
export type TriggerValues = { [Kind in TriggerKindName]: z.infer<(typeof triggerKinds)[Kind]> };
