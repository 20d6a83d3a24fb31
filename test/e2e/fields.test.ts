// Every field of a function in slsctl.yml, from the schema: deployed, changed and removed on the local AWS.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { functionSchema } from '../../src/config/schema/function.ts';
import { startInProcess } from '../local/in-process.ts';
import { elsewhere, samples } from '../support/fields/samples.ts';
import { schemaFields } from '../support/fields/schema-fields.ts';
import { fieldsFor, testFields, thereOf } from '../support/fields/suite.ts';

const account = '000000000000';
const unsupported = {
  image: 'images need a container engine, and slsctl local has none',
};

describe('the fields of the schema', () => {
  it('all have samples, and a new field without one is named', () => {
    expect(fieldsFor(thereOf(account), {}).length).toBeGreaterThan(75);
    const more = functionSchema.extend({
      patience: z.number().nullable().optional(),
      url: z.strictObject({ colour: z.string().regex(/^#/) }),
    });
    expect(() => schemaFields(more, samples(thereOf(account)), Object.keys(elsewhere))).toThrow(
      /^no sample for field url\.colour\nno sample for field patience$/,
    );
  });
});

describe('on the local AWS', () => {
  testFields({
    account,
    unsupported,
    async start() {
      const { env, stop } = await startInProcess();
      return { account, env, stop };
    },
  });
});
