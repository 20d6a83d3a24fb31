// Values of slsctl.yml reach AWS as they are written in the file, whatever type YAML sees in them, or they are refused.
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { loadProject } from '../../src/config/load.ts';

const file = join('/project', 'slsctl.yml');
const load = (source: string, stage?: string) =>
  loadProject({ cwd: '/project', env: {}, file, source, stage });

const head = 'project: hello\ndefaults: { runtime: nodejs22.x, handler: a.b }\n';
const block = (value: string) => `${head}functions:\n  hello:\n    environment:\n      KEY: ${value}\n`;

async function variables(source: string, stage?: string) {
  return (await load(source, stage)).functions[0]?.settings.Environment?.Variables;
}

/** Unquoted texts in which YAML or its readers see numbers, dates, true, false or null. */
const scalars = [
  ...['012345678901', '12345678901234567890', '1.10', '0x1F', '3.0', '1e3', '-1E+5', '0o17', '0b11', '010'],
  ...[
    '+5',
    '-0',
    '.5',
    '5.',
    '1_000',
    '0.1e-7',
    '00',
    '9007199254740993',
    '.inf',
    '-.Inf',
    '.NaN',
    'Infinity',
  ],
  ...['true', 'True', 'TRUE', 'false', 'False', 'yes', 'No', 'on', 'OFF', 'y', 'n'],
  ...['2024-01-02', '2024-01-02T03:04:05Z', '12:30:45', '1:2', 'nil', 'none', 'undefined', '1.2.3'],
];

describe('an unquoted value in environment', () => {
  it.each(scalars)('%s stays as it is, on every road into a function', async (text) => {
    const roads: [string, stage?: string][] = [
      [block(text)],
      [`${head}functions: { hello: { environment: { KEY: ${text} } } }\n`],
      [`${head}functions:\n  hello:\n    environment:\n      ? KEY\n      : ${text}\n`],
      [
        `project: hello\ndefaults: { runtime: nodejs22.x, handler: a.b, environment: { KEY: ${text} } }\nfunctions: { hello: {} }\n`,
      ],
      [
        `${block('other')}stages:\n  live: { functions: { hello: { environment: { KEY: ${text} } } } }\n`,
        'live',
      ],
      [
        `${head}functions: { hello: {} }\nstages:\n  live: { defaults: { environment: { KEY: ${text} } } }\n`,
        'live',
      ],
      [`${head}functions:\n  hello:\n    tags: { first: &it ${text} }\n    environment: { KEY: *it }\n`],
      [
        `${head}functions:\n  other: { environment: &all { KEY: ${text} } }\n  hello: { environment: *all }\n`.replace(
          /( {2}other.*\n)( {2}hello.*\n)/,
          '$1$2',
        ),
      ],
      [
        `${head}functions:\n  hello:\n    environment: { <<: *none, KEY: ${text} }\n`.replace(
          'defaults:',
          'layers: &none {}\ndefaults:',
        ),
      ],
      [
        `project: hello\ndefaults: { runtime: nodejs22.x, handler: a.b, environment: &all { KEY: ${text} } }\nfunctions:\n  hello:\n    environment:\n      <<: [ *all ]\n      B_B: 1\n`,
      ],
    ];
    for (const [source, stage] of roads) {
      const { functions } = await load(source, stage);
      const live = functions.map(({ settings }) => settings.Environment?.Variables?.KEY);
      expect(live, source).toEqual(functions.map(() => text));
    }
  });

  it.each(['~', 'Null', 'NULL', ''])(
    '"%s" is refused, with its line: it may be text, or null',
    async (text) => {
      await expect(load(block(text))).rejects.toThrow(
        /^slsctl\.yml:6:\d+: functions\.hello\.environment\.KEY (is .*reads as null|has no value); write null to remove it from AWS, or put the text in quotes$/,
      );
      const tagged = `${head}functions:\n  hello:\n    tags: { team: ${text} }\n`;
      await expect(load(tagged)).rejects.toThrow(
        /^slsctl\.yml:5:\d+: functions\.hello\.tags\.team .*in quotes$/,
      );
    },
  );

  it('null removes the variable', async () => {
    const { functions } = await load(block('null'));
    expect(functions[0]?.removals?.variables).toEqual(['KEY']);
  });

  it.each([
    ['!Ref MyTable', '!Ref is a YAML tag'],
    [`!Sub "\${AWS::Region}"`, '!Sub is a YAML tag'],
    ['!!binary aGVsbG8=', '!!binary is a YAML tag'],
    ['!!int 12', '!!int is a YAML tag'],
    ['!!timestamp 2024-01-01', '!!timestamp is a YAML tag'],
    ['!s3cr3t', 'a word that begins with ! is a YAML tag'],
    ['*s3cr3t', 'a value that begins with * is an alias'],
    ['{ nested: 1 }', 'functions.hello.environment.KEY is ***'],
  ])('%s is refused, with its line', async (text, said) => {
    const problem = await load(block(text)).catch((error: Error) => error);
    expect((problem as Error).message).toMatch(/^slsctl\.yml:6:\d+: /);
    expect((problem as Error).message).toContain(said);
    expect((problem as Error).message).not.toContain('s3cr3t');
  });

  it('!!str says that it is text', async () => {
    expect(await variables(block('!!str 1.10'))).toEqual({ KEY: '1.10' });
    expect(await variables(block('! 0x10'))).toEqual({ KEY: '0x10' });
  });

  it('is what YAML reads as the text of the scalar, for any characters, or is refused', async () => {
    const digits = fc.string({
      unit: fc.constantFrom(...'0123456789+-.eE_xoXO:'),
      minLength: 1,
      maxLength: 12,
    });
    const words = fc.constantFrom(...scalars, 'null', '~', 'NaN', '<<', '=');
    const typed = fc.string({ unit: fc.constantFrom(...' aB1.-+~!*&#:{}[]"\'|>@%`,?$\\\t'), maxLength: 12 });
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(digits, words, typed, fc.string()), async (text) => {
        const source = block(text);
        const node = parseDocument(source, { schema: 'failsafe' }).getIn(
          ['functions', 'hello', 'environment', 'KEY'],
          false,
        );
        const read = await variables(source).catch((error: { exitCode?: number }) => {
          expect(error.exitCode, String(error)).toBe(2);
          return undefined;
        });
        if (read === undefined) return;
        kept++;
        expect(read.KEY ?? 'null', source).toBe(node);
      }),
      { numRuns: 1500 },
    );
    expect(kept).toBeGreaterThan(500);
  });
});

describe('an unquoted number in another field for text', () => {
  it.each([
    [
      'tags',
      'tags: { version: 1.10, build: 007, draft: True }',
      { tags: { version: '1.10', build: '007', draft: 'True' } },
    ],
    ['description', 'description: 1.10', { settings: { Description: '1.10' } }],
    [
      'an account of a statement',
      'statements: [ { Effect: Allow, Condition: { StringEquals: { a: 012345678901, b: 12 } } } ]',
      { statements: [{ Condition: { StringEquals: { a: '012345678901', b: 12 } } }] },
    ],
    [
      'the account of a permission',
      'permissions: { p: { principal: s3.amazonaws.com, sourceAccount: 012345678901 } }',
      { attachments: { permissions: { p: { sourceAccount: '012345678901' } } } },
    ],
    [
      'the version of an alias',
      'aliases: { live: { version: 12 } }',
      { attachments: { aliases: { live: { version: '12' } } } },
    ],
    [
      'a list of words',
      'build: { command: make, inputs: [ 010 ] }',
      { packaging: { build: { inputs: ['010'] } } },
    ],
  ])('stays as it is: %s', async (_, fields, wanted) => {
    const { functions } = await load(`${head}functions:\n  hello: { ${fields} }\n`);
    expect(functions[0]).toMatchObject(wanted);
  });

  it('stays as it is: allowedAccounts, and keys of maps', async () => {
    const source = `allowedAccounts: [ 012345678901 ]\n${head}functions: { 010: { tags: { 1.10: a, 0x1: b } } }\n`;
    const { allowedAccounts, functions } = await load(source);
    expect(allowedAccounts).toEqual(['012345678901']);
    expect(functions[0]).toMatchObject({ name: '010', tags: { '1.10': 'a', '0x1': 'b' } });
  });

  it.each([
    ['bucket: false', 'bucket is false'],
    ['region: true', 'region is true; allowed: an AWS region; put it in quotes if it is text'],
    ['functions: { hello: { description: yes, handler: True } }', 'functions.hello.handler is True'],
    [
      'functions: { hello: { aliases: { live: { version: 010 } } } }',
      'version is "010"; allowed: the number of a version',
    ],
  ])('is refused where it can be no text that was meant: %s', async (field, said) => {
    const source = field.startsWith('functions')
      ? `${head}${field}\n`
      : `${head}${field}\nfunctions: { hello: {} }\n`;
    await expect(load(source)).rejects.toThrow(said);
  });
});

describe('a number in a field for numbers', () => {
  it.each([
    ['0x200', 512],
    ['5.12e2', 512],
    ['512.0', 512],
    ['+512', 512],
  ])('memorySize: %s is %d', async (text, value) => {
    const { functions } = await load(`${head}functions: { hello: { memorySize: ${text} } }\n`);
    expect(functions[0]?.settings.MemorySize).toBe(value);
  });

  it.each([
    ['0512', 'is 0512; allowed: a number without a leading zero'],
    ['1_024', 'is "1_024"; allowed: a whole number from 128'],
    ['"512"', 'is "512"; allowed: a whole number from 128'],
    ['.inf', 'is .inf; allowed: a whole number from 128'],
    ['0x7f', 'is 0x7f; allowed: a whole number from 128'],
    ['1e9', 'is 1e9; allowed: a whole number from 128'],
  ])('memorySize: %s is refused as it is written', async (text, said) => {
    const source = `${head}functions:\n  hello:\n    memorySize: ${text}\n`;
    await expect(load(source)).rejects.toThrow(`slsctl.yml:5:17: functions.hello.memorySize ${said}`);
  });

  it('keeps weights of aliases as numbers', async () => {
    const weights = 'routingConfig: { additionalVersionWeights: { 2: 0.10 } }';
    const { functions } = await load(
      `${head}functions: { hello: { aliases: { live: { version: 1, ${weights} } } } }\n`,
    );
    expect(functions[0]?.attachments?.aliases?.live?.routingConfig?.additionalVersionWeights).toEqual({
      2: 0.1,
    });
  });
});

describe('anchors, aliases and merge keys', () => {
  it('fill a map, and the entries of the map itself win', async () => {
    const source = `${head}functions:
  first: { environment: &a { A_A: 1.0, B_B: 1.0 } }
  second:
    environment: &b { <<: *a, B_B: 2.0 }
  third:
    environment:
      <<: [ *b, *a ]
      C_C: 3.0
`;
    const { functions } = await load(source);
    expect(functions.map(({ settings }) => settings.Environment?.Variables)).toEqual([
      { A_A: '1.0', B_B: '1.0' },
      { A_A: '1.0', B_B: '2.0' },
      { A_A: '1.0', B_B: '2.0', C_C: '3.0' },
    ]);
  });

  it.each([
    ['<<: 1', '<< takes the anchor of a map'],
    ['<<: *a', 'refers to a value that contains it'],
    ['"<<": 1', 'is not a valid name'],
  ])('are refused when they fit nothing: %s', async (entry, said) => {
    await expect(load(`${head}functions:\n  hello:\n    environment: &a\n      ${entry}\n`)).rejects.toThrow(
      said,
    );
  });

  it('have the place of their own in a message', async () => {
    const source = `${head}functions:\n  first: &f { memorySize: 1 }\n  second: *f\n`;
    await expect(load(source)).rejects.toThrow(
      /^slsctl\.yml:4:27: functions\.first\.memorySize.*\nslsctl\.yml:4:27: functions\.second\.memorySize/,
    );
  });
});
