// The kinds of sample events, for `slsctl invoke --event`: a line each.
import { busEvent, scheduleEvent } from './events.ts';
import { albEvent, httpEvent, restEvent } from './http.ts';
import { logsEvent, snsEvent, sqsEvent } from './messages.ts';
import { cognitoEvent, edgeEvent, iotEvent, sesEvent } from './others.ts';
import type { EventSite } from './site.ts';
import { dynamodbEvent, kinesisEvent, s3Event } from './storage.ts';

export const sampleEvents: Readonly<Record<string, (site: EventSite) => object>> = {
  s3: s3Event,
  sqs: sqsEvent,
  sns: snsEvent,
  dynamodb: dynamodbEvent,
  kinesis: kinesisEvent,
  schedule: scheduleEvent,
  event: busEvent,
  logs: logsEvent,
  http: httpEvent,
  rest: restEvent,
  apigateway: restEvent,
  alb: albEvent,
  cognito: cognitoEvent,
  ses: sesEvent,
  iot: iotEvent,
  edge: edgeEvent,
};
