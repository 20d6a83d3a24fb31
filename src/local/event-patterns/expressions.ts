// The comparisons of a pattern: `{"prefix": "a"}`.
import { blockOf } from './addresses.ts';
import { anythingBut } from './anything-but.ts';
import type { Dialect } from './dialect.ts';
import {
  absent,
  endsIgnoringCase,
  endsWith,
  equalsIgnoringCase,
  equalTo,
  exists,
  type FieldMatch,
  inAddressBlock,
  like,
  startsIgnoringCase,
  startsWith,
} from './field-matches.ts';
import type { JsonReader } from './json-reader.ts';
import { numeric } from './numeric.ts';
import { located } from './pattern-error.ts';
import { parseWildcard } from './wildcards.ts';

/** Reads from after the opening bracket to the closing one. @throws PatternError */
export function expression(reader: JsonReader, dialect: Dialect): FieldMatch {
  if (reader.next() !== 'name') reader.fail('Match expression name not found');
  const name = reader.key;
  if (dialect === 'SNS' && (name === 'exactly' || name === 'wildcard')) unrecognized(reader);
  switch (name) {
    case 'exactly':
      return only(reader, equalTo(text(reader, 'exact match pattern must be a string')));
    case 'prefix':
      return affix(reader, dialect, 'prefix', 'Prefix', startsWith, startsIgnoringCase);
    case 'suffix':
      return affix(reader, dialect, 'suffix', 'Suffix', endsWith, endsIgnoringCase);
    case 'numeric':
      return numeric(reader);
    case 'anything-but':
      return anythingBut(reader, dialect);
    case 'exists':
      return existence(reader);
    case 'cidr':
      // The wrong word is event-ruler's.
      return only(reader, inAddressBlock(blockOf(text(reader, 'prefix match pattern must be a string'))));
    case 'equals-ignore-case':
      return only(
        reader,
        equalsIgnoringCase(text(reader, 'equals-ignore-case match pattern must be a string')),
      );
    case 'wildcard':
      return wildcard(reader);
    default:
      return unrecognized(reader);
  }
}

const unrecognized = (reader: JsonReader): never => reader.fail(`Unrecognized match type ${reader.key}`);

function text(reader: JsonReader, otherwise: string): string {
  if (reader.next() !== 'string') reader.fail(otherwise);
  return reader.text();
}

function only(reader: JsonReader, match: FieldMatch): FieldMatch {
  if (reader.next() !== '}') reader.fail('Only one key allowed in match expression');
  return match;
}

function wildcard(reader: JsonReader): FieldMatch {
  const pattern = text(reader, 'wildcard match pattern must be a string');
  return only(reader, like(located(reader, () => parseWildcard(pattern))));
}

function affix(
  reader: JsonReader,
  dialect: Dialect,
  name: string,
  title: string,
  exact: (text: string) => FieldMatch,
  ignoringCase: (text: string) => FieldMatch,
): FieldMatch {
  const token = reader.next();
  if (token === '{' && dialect === 'EventBridge') {
    if (reader.next() !== 'name') reader.fail(`${title} expression name not found`);
    const operator = reader.key;
    if (operator !== 'equals-ignore-case') reader.fail(`Unsupported ${name} pattern: ${operator}`);
    const match = ignoringCase(text(reader, 'equals-ignore-case match pattern must be a string'));
    return only(reader, only(reader, match));
  }
  if (token !== 'string') reader.fail(`${name} match pattern must be a string`);
  return only(reader, exact(reader.text()));
}

function existence(reader: JsonReader): FieldMatch {
  const token = reader.next();
  if (token !== 'true' && token !== 'false')
    reader.fail('exists match pattern must be either true or false.');
  return only(reader, token === 'true' ? exists : absent);
}
