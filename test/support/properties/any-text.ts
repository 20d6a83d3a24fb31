// Texts of any characters for properties. fast-check has them too (unit `binary`), with a table of a million characters
// that takes seconds to make.
import fc from 'fast-check';

const firstSurrogate = 0xd800;
const surrogates = 0x800;

const character = fc.nat({ max: 0x10ffff - surrogates }).map(
  (index) => String.fromCodePoint(index < firstSurrogate ? index : index + surrogates),
  (text) => {
    const code = typeof text === 'string' ? text.codePointAt(0) : undefined;
    const isSurrogate = code !== undefined && code >= firstSurrogate && code < firstSurrogate + surrogates;
    if (code === undefined || isSurrogate || text !== String.fromCodePoint(code)) {
      throw new Error('not one character');
    }
    return code < firstSurrogate ? code : code - surrogates;
  },
);

export const anyText = (constraints: fc.StringSharedConstraints = {}): fc.Arbitrary<string> =>
  fc.string({ unit: character, ...constraints });
