// Filter patterns: which of the three syntaxes a pattern is written in.
import { compileFields, extractFields } from './fields.ts';
import { compileJson, extractJson } from './json.ts';
import { compileTerms } from './terms.ts';

/**
 * Whether a message matches; the empty pattern takes all. Syntax: FilterAndPatternSyntax in the CloudWatch
 * Logs user guide.
 * @throws InvalidParameterException when the pattern cannot be read.
 */
export function compilePattern(pattern: string): (message: string) => boolean {
  const text = pattern.trim();
  if (text === '') return () => true;
  if (text.startsWith('{')) return compileJson(text);
  if (text.startsWith('[')) return compileFields(text);
  return compileTerms(text);
}

/** What the names in a pattern stand for in a message that matches; patterns of terms have none. */
export function extractorOf(pattern: string): (message: string) => Record<string, string> {
  const text = pattern.trim();
  if (text.startsWith('{')) return extractJson(text);
  if (text.startsWith('[')) return extractFields(text);
  return () => ({});
}
