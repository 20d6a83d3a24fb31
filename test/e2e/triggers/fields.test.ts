// Every field of event source mappings on the local AWS; and no member of the API without a field.
import { CreateEventSourceMappingRequest$ } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { apiName } from '../../../src/config/api-names.ts';
import { fieldsOf } from '../../../src/config/triggers/entry.ts';
import { startInProcess } from '../../local/in-process.ts';
import { mappingKinds, testMappingFields } from './fields.ts';

/** Members that the entry says in another way, or that belong to a source that is no kind yet. */
const otherwise = ['FunctionName', 'EventSourceArn', 'Tags', 'DocumentDBEventSourceConfig'];

it('every member of CreateEventSourceMapping can be written', () => {
  const fields = new Set(mappingKinds.flatMap((kind) => fieldsOf(kind).map(apiName)));
  const members = (CreateEventSourceMappingRequest$ as unknown as string[][])[4] ?? [];
  expect(members.length).toBeGreaterThan(20);
  expect(members.filter((name) => !fields.has(name))).toEqual(otherwise);
});

describe('on the local AWS', () => {
  testMappingFields({
    account: '000000000000',
    unsupported: {},
    async start() {
      const { env, stop } = await startInProcess();
      return { account: '000000000000', env, stop };
    },
  });
});
