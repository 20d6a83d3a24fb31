// Event patterns: rules of EventBridge, filters of event source mappings, filter policies of SNS.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
import { compile } from './compiler.ts';
import { isTooComplex } from './complexity.ts';
import type { Dialect } from './dialect.ts';
import { matcher } from './matcher.ts';
import { PatternError } from './pattern-error.ts';

export { PatternError };

/** Whether an event matches. The event is a JSON value, as JSON.parse returns it; only objects match. */
export type Pattern = (event: unknown) => boolean;

/**
 * Compiles a pattern. `dialect`: the words that it may use.
 * @throws PatternError: its message is the reason, in the words of AWS. Its first line is the reason without the place.
 */
export function compilePattern(text: string, dialect: Dialect = 'EventBridge'): Pattern {
  const branches = compile(text, dialect);
  if (isTooComplex(branches)) {
    throw new PatternError(
      'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
    );
  }
  return matcher(branches);
}
