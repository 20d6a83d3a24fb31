// A field below `defaults:` or a stage means the same as in the function itself, for every field that may be there.
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadProject } from '../../src/config/load.ts';
import { settingsAround } from '../support/fields/round-trip.ts';
import { samples } from '../support/fields/samples.ts';
import { fieldsFor, thereOf } from '../support/fields/suite.ts';

type Settings = Record<string, unknown>;

const there = thereOf('123456789012');
const fields = fieldsFor(there, { image: 'an image is of one function' });

async function load(content: Settings, stage?: string) {
  const source = stringify({ project: 'hello', ...content });
  const [hello] = (
    await loadProject({ cwd: '/project', env: {}, file: join('/project', 'slsctl.yml'), source, stage })
  ).functions;
  return { ...hello, name: 'hello' };
}

it.each(fields.map(({ name }) => name))(
  '%s means the same in defaults and in a stage as in the function',
  async (name) => {
    const field = fields.find((one) => one.name === name) as (typeof fields)[number];
    const { own, withField } = settingsAround(field, samples(there));
    for (const value of [...field.values, ...(field.nullable ? [null] : [])]) {
      const { code, ...shared } = withField(value);
      const declared = await load({ functions: { hello: { code, ...shared } } });
      if (value !== null && !isDeepStrictEqual(withField(value), own)) {
        expect(declared, 'and it counts').not.toEqual(await load({ functions: { hello: own } }));
      }
      const stages = { prod: { defaults: shared }, live: { functions: { hello: shared } } };
      const bare = { functions: { hello: { code } } };
      expect(await load({ ...bare, defaults: shared }), 'in defaults').toEqual(declared);
      expect(await load({ ...bare, ...runnable, stages }, 'prod'), 'in the defaults of a stage').toEqual(
        declared,
      );
      expect(await load({ ...bare, ...runnable, stages }, 'live'), 'in the function of a stage').toEqual(
        declared,
      );
    }
  },
);

/** What the rest of the file has, where a stage changes it. */
const runnable = { defaults: { runtime: 'nodejs20.x', handler: 'other.handler' } };
