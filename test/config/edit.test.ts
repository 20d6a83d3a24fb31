// Edits of slsctl.yml: what the user wrote stays as it is, character by character, beside the lines that change.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { editEnvironment } from '../../src/config/edit.ts';

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

describe('editEnvironment', () => {
  it.each<
    [
      what: string,
      edit: Omit<Parameters<typeof editEnvironment>[1], 'function'> & { function?: string },
      gone: string[],
      added: string[],
    ]
  >([
    ['adds to a block', { set: { THIRD: 'a: b' } }, [], ['      THIRD: "a: b"']],
    [
      'keeps the comment of a value that changes',
      { set: { FIRST: 'true' } },
      ['      FIRST:   one   # inline'],
      ['      FIRST: "true" # inline'],
    ],
    ['removes', { unset: ['SECOND'] }, ["      SECOND: 'two'"], []],
    [
      'adds to a flow map',
      { function: 'hello', set: { B_B: 'x' } },
      ['    environment: {A_A: 1}'],
      ['    environment: { A_A: 1, B_B: x }'],
    ],
    [
      'removes the last one with its map',
      { function: 'hello', unset: ['A_A'] },
      ['    environment: {A_A: 1}'],
      [],
    ],
    [
      'makes what is missing in a stage',
      { stage: 'prod', set: { FIRST: '1' } },
      [],
      ['    functions:', '      other:', '        environment:', '          FIRST: "1"'],
    ],
  ])('%s', (_, edit, gone, added) => {
    const after = editEnvironment(source, { function: 'other', ...edit });
    expect(without(source, after)).toEqual(gone);
    expect(without(after, source)).toEqual(added);
  });

  it('answers the very text when nothing changes', () => {
    expect(editEnvironment(source, { function: 'other', unset: ['NOT_THERE'] })).toBe(source);
    expect(editEnvironment(source, { function: 'missing', unset: ['NOT_THERE'] })).toBe(source);
    expect(editEnvironment(source, { function: 'other', set: { SECOND: 'two' } })).toBe(source);
  });

  it('keeps the line ends of Windows', () => {
    const after = editEnvironment(source.replaceAll('\n', '\r\n'), {
      function: 'other',
      set: { THIRD: 'x' },
    });
    expect(after.replaceAll('\r\n', '')).not.toContain('\n');
    expect(after).toContain('      THIRD: x\r\n');
  });

  it.each(['', ' ', 'a\nb\n', '"quoted" and \'single\'', '*x', '# no comment', '0x10', 'é\t', '{', 'a, b'])(
    'writes %j so that it reads back the same',
    (value) => {
      for (const name of ['hello', 'other']) {
        const after = editEnvironment(source, { function: name, set: { NEW_ONE: value } });
        expect(parse(after).functions[name].environment.NEW_ONE).toBe(value);
      }
    },
  );

  it('refuses a place that is an alias of another', () => {
    const text = 'functions:\n  a: &a { handler: x }\n  b: *a\n';
    expect(() => editEnvironment(text, { function: 'b', set: { A_A: '1' } })).toThrow(/functions\.b/);
  });
});
