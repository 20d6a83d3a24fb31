// Edits of slsctl.yml: only the edited lines change, and the user’s text stays as it is.
import { chmod, lstat, readdir, readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type ConfigEdit, editConfig, functionPath, writeConfig } from '../../src/config/edit.ts';
import { folderWith } from '../support/project.ts';

const source = `# my own words
project:   hello
allowedAccounts: ["123456789012"]

functions:
  hello:    # greets
    handler: app.handler
    environment: {A_A: 1}

  # the other
  other:
    handler: app.other
    environment:
      # about FIRST
      FIRST:   one   # inline

      SECOND: 'two'
    statements:
    - {Effect: Allow, Action: "s3:GetObject", Resource: "*"}
stages:
  prod:
`;

/** Lines of the one that the other does not have. */
function without(text: string, other: string): string[] {
  return text.split('\n').filter((line) => !other.split('\n').includes(line));
}

const at = (...keys: string[]) => [...functionPath('other'), ...keys];
const variable = (name: string, value?: string): ConfigEdit => ({ path: at('environment', name), value });

describe('an edit of slsctl.yml', () => {
  it.each<[what: string, edits: ConfigEdit[], gone: string[], added: string[]]>([
    ['adds an entry to a block map', [variable('THIRD', 'a: b')], [], ['      THIRD: "a: b"']],
    [
      'keeps the comment of a value that changes',
      [variable('FIRST', 'true')],
      ['      FIRST:   one   # inline'],
      ['      FIRST: "true" # inline'],
    ],
    ['removes an entry', [variable('SECOND')], ["      SECOND: 'two'"], []],
    [
      'adds an entry to a flow map',
      [{ path: ['functions', 'hello', 'environment', 'B_B'], value: 'x' }],
      ['    environment: {A_A: 1}'],
      ['    environment: { A_A: 1, B_B: x }'],
    ],
    [
      'removes the last entry together with its map',
      [{ path: ['functions', 'hello', 'environment', 'A_A'], value: undefined }],
      ['    environment: {A_A: 1}'],
      [],
    ],
    [
      'adds the missing parents in a stage',
      [{ path: [...functionPath('other', 'prod'), 'environment', 'FIRST'], value: '1' }],
      [],
      ['    functions:', '      other:', '        environment:', '          FIRST: "1"'],
    ],
    [
      'writes numbers, true and null with their YAML types',
      [
        { path: at('memorySize'), value: 512 },
        { path: at('url'), value: null },
        { path: at('vpcConfig', 'ipv6AllowedForDualStack'), value: true },
      ],
      [],
      ['    memorySize: 512', '    url: null', '    vpcConfig:', '      ipv6AllowedForDualStack: true'],
    ],
    [
      'edits several places, and keeps the text between them',
      [
        { path: ['project'], value: 'other' },
        { path: ['layers', 'libs'], value: { path: 'layer', runtimes: ['python3.12'] } },
      ],
      ['project:   hello'],
      ['project: other', 'layers:', '  libs:', '    path: layer', '    runtimes: [ python3.12 ]'],
    ],
    [
      'writes a missing list as a new list',
      [
        {
          path: at('layers'),
          value: ['libs', 'arn:aws:lambda:us-east-1:123456789012:layer:very-long-name:1'],
        },
      ],
      [],
      ['    layers: [ libs, arn:aws:lambda:us-east-1:123456789012:layer:very-long-name:1 ]'],
    ],
  ])('%s', (_, edits, gone, added) => {
    const after = editConfig(source, edits);
    expect(without(source, after)).toEqual(gone);
    expect(without(after, source)).toEqual(added);
  });

  const lists = `functions:
  a:
    layers:
      # the old one
      - one   # of us
      - two

      - three
    aliases:
      live: { version: 1, weights: { "2": 0.1 } } # now
      # for tests
      test: {version: 3}
`;

  it.each<[what: string, edit: ConfigEdit, gone: string[], added: string[]]>([
    [
      'adds to a list, and keeps its comments',
      { path: ['functions', 'a', 'layers'], value: ['one', 'two', 'three', 'four'] },
      [],
      ['      - four'],
    ],
    [
      'removes an entry from a list',
      { path: ['functions', 'a', 'layers'], value: ['one', 'three'] },
      ['      - two'],
      [],
    ],
    [
      'replaces a map, and keeps the comments of entries that stay',
      { path: ['functions', 'a', 'aliases'], value: { live: { version: 2 }, test: { version: 3 } } },
      ['      live: { version: 1, weights: { "2": 0.1 } } # now'],
      ['      live: { version: 2 } # now'],
    ],
    [
      'changes nothing when the new value equals the old one',
      { path: ['functions', 'a', 'aliases', 'test'], value: { version: 3 } },
      [],
      [],
    ],
  ])('%s', (_, edit, gone, added) => {
    const after = editConfig(lists, [edit]);
    expect(without(lists, after)).toEqual(gone);
    expect(without(after, lists)).toEqual(added);
  });

  it('keeps a function whose last field is removed', () => {
    const after = editConfig('functions:\n  a:\n    timeout: 3\n', [
      { path: ['functions', 'a', 'timeout'], value: undefined },
    ]);
    expect(parse(after)).toEqual({ functions: { a: {} } });
  });

  it('returns the same text when nothing changes', () => {
    expect(editConfig(source, [])).toBe(source);
    expect(editConfig(source, [variable('NOT_THERE')])).toBe(source);
    expect(editConfig(source, [{ path: ['functions', 'missing', 'layers'], value: undefined }])).toBe(source);
    expect(editConfig(source, [variable('SECOND', 'two')])).toBe(source);
    expect(editConfig(source.trimEnd(), [variable('SECOND', 'two')])).toBe(source.trimEnd());
  });

  it('keeps Windows line ends', () => {
    const after = editConfig(source.replaceAll('\n', '\r\n'), [
      variable('THIRD', 'x'),
      variable('FOURTH', 'y'),
    ]);
    expect(after.replaceAll('\r\n', '')).not.toContain('\n');
    expect(after).toContain('      THIRD: x\r\n      FOURTH: y\r\n');
  });

  it.each(['', ' ', 'a\nb\n', '"quoted" and \'single\'', '*x', '# no comment', '0x10', 'é\t', '{', 'a, b'])(
    'writes the text %j so that YAML reads the same value',
    (value) => {
      for (const name of ['hello', 'other']) {
        const path = ['functions', name, 'environment', 'NEW_ONE'];
        expect(parse(editConfig(source, [{ path, value }])).functions[name].environment.NEW_ONE).toBe(value);
        expect(
          parse(editConfig(source, [{ path, value: [value] }])).functions[name].environment.NEW_ONE,
        ).toEqual([value]);
      }
    },
  );

  it('refuses a place that is a YAML alias of another', () => {
    const text = 'functions:\n  a: &a { handler: x }\n  b: *a\n';
    const path = ['functions', 'b', 'environment', 'A_A'];
    expect(() => editConfig(text, [{ path, value: '1' }])).toThrow(/functions\.b/);
  });
});

describe.skipIf(process.platform === 'win32')('an edited slsctl.yml file', () => {
  it('keeps its mode, and a link to it stays a link', async () => {
    const folder = await folderWith({ 'kept.yml': 'a: 1\n' });
    const [file, link] = [join(folder, 'kept.yml'), join(folder, 'slsctl.yml')];
    await chmod(file, 0o600);
    await symlink('kept.yml', link);
    await writeConfig(link, 'a: 2\n');
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toBe('a: 2\n');
    await chmod(file, 0o664);
    await writeConfig(link, 'a: 3\n');
    expect((await stat(file)).mode & 0o777).toBe(0o664);
    expect((await readdir(folder)).sort()).toEqual(['kept.yml', 'slsctl.yml']);
  });
});

describe('an edit of slsctl.yml with numbers, anchors and keys that are numbers', () => {
  const flow = `functions:
  a: { environment: { A: 012, B: 12345678901234567890, C: 1.10, D: 0x1F, E: 1e3, F: -.INF, G: 0o17, H: True, I: Null, J: ~, K: +5, L: -0, M: .5 } }
`;

  it('keeps every number as it is written, also where the whole line is written anew', () => {
    const path = ['functions', 'a', 'environment'];
    const after = editConfig(flow, [
      { path: [...path, 'C'], value: '2.0' },
      { path: [...path, 'N'], value: '1.10' },
    ]);
    expect(after).toBe(flow.replace('C: 1.10', 'C: "2.0"').replace('M: .5', 'M: .5, N: "1.10"'));
    expect(editConfig(flow, [{ path: [...path, 'C'], value: '1.10' }])).toBe(flow);
  });

  it('finds entries whose keys are numbers', () => {
    const text = 'stages:\n  2024:\n    region: x\n  010: { region: y }\n';
    const after = editConfig(text, [
      { path: ['stages', '2024', 'region'], value: 'z' },
      { path: ['stages', '010', 'region'], value: 'w' },
    ]);
    expect(after).toContain('region: z');
    expect(after).toContain('region: w');
    expect(after.match(/2024|010/g)).toHaveLength(2);
  });

  it.each([
    ['a: &x foo\nb: *x\n', ['a'], 'a has the anchor &x'],
    ['a: &x {k: 1}\nb: *x\n', ['a', 'k'], 'a has the anchor &x'],
    ['a: &x {k: 1}\nb: {<<: *x}\n', ['a', 'new'], 'a has the anchor &x'],
    ['a: {k: &x 1}\nb: *x\n', ['a'], 'a has the anchor &x'],
  ])(
    'refuses to edit what aliases repeat, because it would change other places too: %s',
    (text, path, said) => {
      for (const value of ['1', undefined]) {
        if (value === undefined && path.includes('new')) continue;
        expect(() => editConfig(text, [{ path, value }])).toThrow(said);
      }
    },
  );

  it('edits an alias, an anchor that nothing repeats, and a map with a merge key', () => {
    expect(editConfig('a: &x foo\nb: *x\n', [{ path: ['b'], value: 'z' }])).toBe('a: &x foo\nb: z\n');
    expect(editConfig('a: &x foo\n', [{ path: ['a'], value: 'z' }])).toBe('a: &x z\n');
    const merged = 'c: &c { A: 1.0 }\nb:\n  <<: *c\n  B: 2\n';
    expect(editConfig(merged, [{ path: ['b', 'A'], value: 'z' }])).toBe(`${merged}  A: z\n`);
    expect(editConfig('a: &x foo\nb: *x\n', [{ path: ['c', 'd'], value: undefined }])).toBe(
      'a: &x foo\nb: *x\n',
    );
  });
});
