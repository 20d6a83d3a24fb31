// Every setting that slsctl.yml can declare, from the schema: converted to the API’s names and back, it is the same.
import { describe, expect, it } from 'vitest';
import { attachments } from '../../src/config/attachments/all.ts';
import { functionFields, verbatim } from '../../src/config/from-api.ts';
import type { FunctionFile } from '../../src/config/schema/function.ts';
import { toFunction } from '../../src/config/settings.ts';
import { fieldsFor, thereOf } from '../support/fields/suite.ts';

const elsewhere = [
  'image',
  'role',
  'policies',
  'statements',
  'permissionsBoundary',
  'tags',
  'logRetentionInDays',
];
const settings = fieldsFor(thereOf('000000000000'), {}).filter(
  ({ path: [first = ''] }) => !(first in attachments) && !elsewhere.includes(String(first)),
);
const api = (file: object) =>
  toFunction('f', 'f', file as FunctionFile, '/').settings as Record<string, unknown>;

describe('conversion of API settings to slsctl.yml', () => {
  it('is tested with every setting of the schema', () => {
    expect(settings.length).toBeGreaterThan(30);
  });

  it.each(settings.map(({ name, path, values }) => [name, path, values] as const))(
    '%s is the same after conversion to the API and back',
    (_, path, values) => {
      for (const value of values) {
        const file = path.reduceRight<unknown>(
          (inner, key) => (typeof key === 'number' ? [inner] : { [key]: inner }),
          value,
        ) as object;
        const live = api(file);
        // What AWS does by itself may be said or not; it comes to the same.
        const back = functionFields(live, {}) ?? {};
        expect(JSON.stringify(unescaped(api(back)))).toBe(JSON.stringify(withoutNothing(live)));
      }
    },
  );

  it('leaves out values that equal the defaults, at every depth', () => {
    const live = { Timeout: 3, LoggingConfig: { LogFormat: 'JSON', LogGroup: '/aws/lambda/f' } };
    const defaults = { Timeout: 3, LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/f' } };
    expect(functionFields(live, defaults)).toEqual({ loggingConfig: { logFormat: 'JSON' } });
  });

  it('escapes text that looks like a reference', () => {
    const text = ['$', '{b}'].join('');
    expect(functionFields({ Description: text }, {})).toEqual({ description: `$${text}` });
    expect(verbatim([{ Resource: text }])).toEqual([{ Resource: `$${text}` }]);
  });
});

function unescaped(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('$${', () => '${'));
}

/** AWS answers false and empty values where nothing was set; variables of the environment are values always. */
function withoutNothing(live: Record<string, unknown>): unknown {
  const { Environment, ...rest } = live;
  const clean = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value)
      .map(([key, item]) => [key, clean(item)] as const)
      .filter(([, item]) => item !== false && item !== '' && !(Array.isArray(item) && item.length === 0))
      .filter(([, item]) => typeof item !== 'object' || Object.keys(item as object).length > 0);
    return Object.fromEntries(entries);
  };
  return { ...(clean(rest) as object), ...(Environment ? { Environment } : {}) };
}
