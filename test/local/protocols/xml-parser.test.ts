// The reader of XML: well-formed documents are read, all others are refused.
import { describe, expect, it } from 'vitest';
import { parseXml } from '../../../src/local/protocols/xml-parser.ts';

const leaf = (name: string, text = '') => ({ name, text, children: [] });

describe('a well-formed document', () => {
  it.each([
    ['an empty element', '<a/>', leaf('a')],
    ['white space in tags', '<a \n></a\t>', leaf('a')],
    ['a declaration', '<?xml version="1.0" encoding="UTF-8"?>\n<a>x</a>\n', leaf('a', 'x')],
    ['a byte order mark', '\ufeff<a/>', leaf('a')],
    [
      'attributes',
      `<a xmlns="http://x/" xmlns:y="z" b='">'><b c="1&amp;2"/></a>`,
      {
        name: 'a',
        text: '',
        children: [{ ...leaf('b'), attributes: { c: '1&2' } }],
        attributes: { b: '">' },
      },
    ],
    ['references', '<a>&lt;&amp;&gt;&quot;&apos;&#65;&#x1F600;&#xA;</a>', leaf('a', '<&>"\'A\u{1f600}\n')],
    ['a section', '<a>1<![CDATA[<b>&amp;]]>2</a>', leaf('a', '1<b>&amp;2')],
    ['comments and instructions', '<!-- x --><?y z?><a><!-- - -->t<?p?></a><!--e-->', leaf('a', 't')],
    ['line ends', '<a>1\r\n2\r3</a>', leaf('a', '1\n2\n3')],
    ['letters of any script', '<größe>字</größe>', leaf('größe', '字')],
    [
      'elements in elements',
      '<a><b>1</b> <b>2</b><c/></a>',
      { name: 'a', text: ' ', children: [leaf('b', '1'), leaf('b', '2'), leaf('c')] },
    ],
  ])('with %s is read', (_what, document, expected) => {
    expect(parseXml(document)).toEqual(expected);
  });
});

describe('a document that is not well-formed', () => {
  it.each([
    ['nothing', ''],
    ['white space only', ' \n'],
    ['text only', 'garbage'],
    ['text before the root', 'x<a/>'],
    ['text after the root', '<a/>x'],
    ['two roots', '<a/><b/>'],
    ['no end', '<a>'],
    ['another end', '<a></b>'],
    ['crossed elements', '<a><b></a></b>'],
    ['an end without a start', '</a>'],
    ['a cut tag', '<a'],
    ['a cut end', '<a></a'],
    ['an element without a name', '<>x</>'],
    ['a name that begins with a digit', '<1a/>'],
    ['a space before the name', '< a/>'],
    ['an attribute without a value', '<a b/>'],
    ['an attribute without quotes', '<a b=1/>'],
    ['two attributes of a name', '<a b="1" b="2"/>'],
    ['attributes without space', '<a b="1"c="2"/>'],
    ['< in an attribute', '<a b="<"/>'],
    ['a lone &', '<a>a & b</a>'],
    ['an unknown reference', '<a>&nbsp;</a>'],
    ['a reference without its end', '<a>&amp</a>'],
    ['a reference in an attribute', '<a b="&x;"/>'],
    ['a reference to a character that XML cannot contain', '<a>&#0;</a>'],
    ['a reference to half a character', '<a>&#xD800;</a>'],
    ['a reference beyond Unicode', '<a>&#x110000;</a>'],
    ['a control character', '<a>\u0001</a>'],
    [']]> in text', '<a>]]></a>'],
    ['a section that does not end', '<a><![CDATA[x</a>'],
    ['a comment that does not end', '<a><!-- x</a>'],
    ['-- in a comment', '<a><!-- a -- b --></a>'],
    ['a declaration after white space', ' <?xml version="1.0"?><a/>'],
    ['a second declaration', '<a><?xml version="1.0"?></a>'],
    ['another encoding', '<?xml version="1.0" encoding="latin1"?><a/>'],
    ['a document type', '<!DOCTYPE a><a/>'],
    ['entities of its own', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['entities from a file', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['a document type inside', '<a><!DOCTYPE a></a>'],
    ['a thousand levels', '<a>'.repeat(1000) + '</a>'.repeat(1000)],
  ])('is refused: %s', (_what, document) => {
    expect(() => parseXml(document)).toThrow(SyntaxError);
  });

  it('is refused soon, however long it is', () => {
    // If the time grew with the square of the length, this would take longer than a test may.
    const size = 1_000_000;
    for (const document of [
      `<a ${'b="1" '.repeat(size / 6)}`,
      `<a ${"'".repeat(size)}`,
      `<a>${'&'.repeat(size)}`,
      `<a>${'<!--'.repeat(size / 4)}`,
      `<a>${'<![CDATA['.repeat(size / 9)}`,
      `<${'a'.repeat(size)}`,
      `<a>${'</'.repeat(size / 2)}`,
      `<?xml version="1.0"${' '.repeat(size)}`,
    ]) {
      expect(() => parseXml(document)).toThrow(SyntaxError);
    }
  });
});
