// Filter patterns for any text: `ERROR "took too long" -DEBUG`, `?ERROR ?WARN`, `%4\d\d%`.
import { invalid } from '../errors.ts';
import { type Condition, PatternReader, readQuoted, readRegex } from './values.ts';

/**
 * A message matches when it contains every plain term and no `-` term. `?` terms mean any of them, and count only when
 * there are no others (FilterAndPatternSyntax in the CloudWatch Logs user guide).
 * @throws InvalidParameterException when a term has characters that need quotation marks
 */
export function compileTerms(pattern: string): Condition<string> {
  const reader = new PatternReader(pattern);
  const all: Condition<string>[] = [];
  const any: Condition<string>[] = [];
  const none: Condition<string>[] = [];
  while (!reader.atEnd()) {
    const into = reader.eat('?') ? any : reader.eat('-') ? none : all;
    into.push(readTerm(reader));
  }
  if (all.length === 0 && none.length === 0) return (message) => any.some((contains) => contains(message));
  return (message) =>
    all.every((contains) => contains(message)) && !none.some((contains) => contains(message));
}

function readTerm(reader: PatternReader): Condition<string> {
  const quoted = readQuoted(reader);
  const regex = quoted === undefined ? readRegex(reader) : undefined;
  const rest = reader.match(/\S*/y)?.[0] ?? '';
  if (quoted === undefined && !regex) {
    if (!/^[\p{L}\p{N}_]+$/u.test(rest)) throw invalid(`Invalid character(s) in term '${rest}'`);
    return (message) => message.includes(rest);
  }
  if (rest !== '' || quoted === '') throw invalid(`Invalid character(s) in term '"${quoted ?? ''}"${rest}'`);
  return regex ? (message) => regex.test(message) : (message) => message.includes(quoted!);
}
