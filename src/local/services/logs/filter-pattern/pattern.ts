// Filter patterns: chooses among the three syntaxes.
import { compileFields, extractFields } from './fields.ts';
import { compileJson, extractJson } from './json.ts';
import { compileTerms } from './terms.ts';

/**
 * Whether a message matches; the empty pattern matches every message. Syntax: FilterAndPatternSyntax in the CloudWatch
 * Logs user guide.
 * @throws InvalidParameterException when the pattern is not valid
 */
export function compilePattern(pattern: string): (message: string) => boolean {
  const text = pattern.trim();
  if (text === '') return () => true;
  if (text.startsWith('{')) return compileJson(text);
  if (text.startsWith('[')) return compileFields(text);
  return compileTerms(text);
}

/** The values in a matching message for the names in a pattern. Patterns of terms have no names. */
export function extractorOf(pattern: string): (message: string) => Record<string, string> {
  const text = pattern.trim();
  if (text.startsWith('{')) return extractJson(text);
  if (text.startsWith('[')) return extractFields(text);
  return () => ({});
}
