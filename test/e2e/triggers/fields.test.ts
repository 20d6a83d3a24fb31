// Every field of triggers, on the local AWS and on emulators that others wrote; and no member of the API without a field.
import { CreateEventSourceMappingRequest$ } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { apiName } from '../../../src/config/api-names.ts';
import { fieldsOf } from '../../../src/config/triggers/entry.ts';
import { type TargetName, targets } from '../../support/targets/targets.ts';
import { mappingKinds, testMappingFields } from '../../support/triggers/mapping-fields.ts';
import { testPushFields } from '../../support/triggers/push-fields.ts';

/** Members that the entry says in another way, or that belong to a source that is no kind yet. */
const otherwise = ['FunctionName', 'EventSourceArn', 'Tags', 'DocumentDBEventSourceConfig'];

it('every member of CreateEventSourceMapping can be written', () => {
  const fields = new Set(mappingKinds.flatMap((kind) => fieldsOf(kind).map(apiName)));
  const members = (CreateEventSourceMappingRequest$ as unknown as string[][])[4] ?? [];
  expect(members.length).toBeGreaterThan(20);
  expect(members.filter((name) => !fields.has(name))).toEqual(otherwise);
});

/** Kinds and fields that a target does not have, and why. */
const unsupported: Record<TargetName, Record<string, string>> = {
  'the local AWS': {},
  moto: {
    mq: 'moto has mappings of queues and streams only',
    kafka: 'moto has mappings of queues and streams only',
    loggingConfig: 'moto takes it and does not answer it',
    'schedule.actionAfterCompletion': 'moto does not answer the default',
  },
  ministack: {
    mq: 'ministack has mappings of queues, tables and streams only',
    kafka: 'ministack has mappings of queues, tables and streams only',
    kmsKeyArn: 'ministack does not keep it',
    metricsConfig: 'ministack does not keep it',
    loggingConfig: 'ministack does not keep it',
    provisionedPollerConfig: 'ministack does not keep it',
    tumblingWindowInSeconds: 'ministack does not keep it',
    'sns.filterPolicyScope': 'ministack does not answer the default',
    'event.description': 'ministack keeps the description that PutRule no longer has',
    'schedule.description': 'ministack answers an empty one where there is none',
    'schedule.retryPolicy': 'ministack does not answer the default',
  },
  LocalStack: {
    dynamodb: 'LocalStack downloads DynamoDB Local',
    kinesis: 'LocalStack downloads Kinesis, as a program that outlives it',
    mq: 'LocalStack has mappings of queues, tables and streams only',
    kafka: 'LocalStack has mappings of queues, tables and streams only',
    loggingConfig: 'LocalStack does not answer it',
    'sns.deadLetter': 'LocalStack fails when the value that removes it is left out',
    'schedule.actionAfterCompletion': 'LocalStack does not answer the default',
  },
};

describe.each(targets)('on $name', (target) => {
  const missing = unsupported[target.name];
  describe('event source mappings', () => testMappingFields(target, missing));
  describe('triggers that call the function', () => testPushFields(target, missing));
});
