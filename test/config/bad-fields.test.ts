// Any wrong value in any field of slsctl.yml gives one UserError (exit 2) with the line and the field.
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineCounter, parseDocument, stringify } from 'yaml';
import type { z } from 'zod';
import { loadProject } from '../../src/config/load.ts';
import { fileSchema } from '../../src/config/schema/file.ts';
import { functionSchema } from '../../src/config/schema/function.ts';
import { UserError } from '../../src/errors/user-error.ts';
import { schemaAt } from '../support/fields/schema-fields.ts';
import { fieldsFor, thereOf } from '../support/fields/suite.ts';
import { anyText } from '../support/properties/any-text.ts';

type Path = (string | number)[];

const fields = fieldsFor(thereOf('123456789012'), {});
const file = join('/project', 'slsctl.yml');
/** In the first of its stages. */
const load = (source: string) => {
  const stage = stagesIn(source)[0];
  return loadProject({ cwd: '/project', env: {}, file, source, stage: stage === '*' ? 'any' : stage });
};

/** JSON of any shape, and what people write instead of what is asked for. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    -1,
    0.5,
    1e21,
    Number.NaN,
    '',
    ' ',
    'yes',
    '512',
    'null',
    '\u0000',
    '$',
    '$'.concat('{'),
    '$'.concat('{x}'),
  ),
  fc.constantFrom([null], [[]], {}, { __proto__: null }, { constructor: 1 }, { toString: {} }, ['a', 'a']),
  anyText({ maxLength: 300 }),
);

describe('a wrong value in a field of a function', () => {
  it.each(fields.map(({ name }) => name))('%s', async (name) => {
    const field = fields.find((one) => one.name === name);
    const path = field?.path ?? [];
    const schema = schemaAt(functionSchema, path) as z.ZodType;
    await fc.assert(
      fc.asyncProperty(anything, async (value) => {
        const source = stringify(withValue(path, value));
        await refusedOrTaken(source, ['functions', 'hello', ...path], fits(schema, value, path));
      }),
      { numRuns: 60 },
    );
  });
});

describe('a wrong value at the top level of slsctl.yml', () => {
  it.each(Object.keys(fileSchema.shape))('%s', async (key) => {
    await fc.assert(
      fc.asyncProperty(anything, async (value) => {
        const base = { project: 'hello', functions: { hello: { runtime: 'python3.12', handler: 'a.b' } } };
        const schema = (fileSchema.shape as Record<string, z.ZodType>)[key] as z.ZodType;
        await refusedOrTaken(stringify({ ...base, [key]: value }), [key], fits(schema, value, [key]));
      }),
      { numRuns: 100 },
    );
  });

  it('is one UserError, for any JSON value as the whole file', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          anyText(),
          anything.map((value) => stringify(value)),
        ),
        async (source) => {
          await refusedOrTaken(source, [], false);
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** Whether the schema takes the value. A field for text takes numbers as they are written, and tags take true and false. */
function fits(schema: z.ZodType, value: unknown, path: Path): boolean {
  const booleans = path[0] === 'tags';
  const asTexts = (inner: unknown): unknown => {
    if (typeof inner === 'number' || (booleans && typeof inner === 'boolean')) return stringify(inner).trim();
    if (Array.isArray(inner)) return inner.map(asTexts);
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, item]) => [key, asTexts(item)]));
  };
  return schema.safeParse(value).success || schema.safeParse(asTexts(value)).success;
}

/** A file with the value at the path of its only function. */
function withValue(path: Path, value: unknown): unknown {
  const nested = path.reduceRight<unknown>(
    (inner, key) => (typeof key === 'number' ? [inner] : { [key]: inner }),
    value,
  );
  const hello = { runtime: 'python3.12', handler: 'app.handler', ...(nested as object) };
  return { project: 'hello', functions: { hello } };
}

/**
 * `fits`: the schema of the field alone takes the value, so that only rules about several fields may refuse it.
 * Otherwise the refusal names the place of the field, or of what it stands in.
 */
async function refusedOrTaken(source: string, path: Path, fits: boolean): Promise<void> {
  const error = await load(source).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) {
    expect(fits, `taken: ${source}`).toBe(true);
    return;
  }
  expect(error, source).toBeInstanceOf(UserError);
  const { exitCode, message } = error as UserError;
  expect(exitCode).toBe(2);
  expect(message).toMatch(/slsctl\.yml/);
  if (fits || path.length === 0) return;
  const told = message.split('\n').map((line) => /^slsctl\.yml:(\d+):\d+: (.+)/.exec(line));
  expect(told, message).not.toContain(null);
  const field = path.slice(0, 3).join('.');
  const about = told.filter((line) => line?.[2]?.includes(field)).map((line) => Number(line?.[1]));
  const place = placeOf(source, path);
  expect(
    about.filter((line) => place.includes(line)),
    `${message}\n${source}`,
  ).not.toEqual([]);
}

function stagesIn(source: string): string[] {
  const { stages } = (parseDocument(source).toJS() ?? {}) as { stages?: unknown };
  const names = typeof stages === 'object' ? Object.keys(stages ?? {}) : [];
  return names.every((name) => /^([\w-]{1,64}|\*)$/.test(name)) ? names : [];
}

/** Lines from the field's place to the end of its value. */
function placeOf(source: string, path: Path): number[] {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as
      | { range?: [number, number, number] }
      | undefined;
    if (!node?.range) continue;
    const [from, to] = [lines.linePos(node.range[0]).line, lines.linePos(node.range[2]).line];
    return Array.from({ length: to - from + 3 }, (_, index) => from - 1 + index);
  }
  return [];
}
