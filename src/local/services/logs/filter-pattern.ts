// Filter patterns: which of the three syntaxes a pattern is written in.
import { compileFields } from './filter-fields.ts';
import { compileJson } from './filter-json.ts';
import { compileTerms } from './filter-terms.ts';

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
