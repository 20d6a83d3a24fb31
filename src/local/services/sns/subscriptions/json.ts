// Reads JSON that users put into attributes. The words of a refusal are those of AWS's parser.
import { JsonReader } from '../../../event-patterns/json-reader.ts';
import { PatternError } from '../../../event-patterns/pattern.ts';

/** @throws the error that `refused` creates from the problem */
export function readJson(text: string, refused: (problem: string) => Error): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused(problemOf(text));
  }
}

const noSource = 'REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)';

/** The reader's words, with the place as the parser of attributes gives it: without the text. */
function problemOf(text: string): string {
  const problem = failureOf(text);
  const [reason = ''] = problem.split('\n');
  const [, line = '1', column = '1'] = /line: (\d+), column: (\d+)\]$/.exec(problem) ?? [];
  return `${reason}\n at [Source: ${noSource}; line: ${line}, column: ${column}]`;
}

function failureOf(text: string): string {
  const reader = new JsonReader(text);
  try {
    while (reader.next() !== 'end');
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
  return 'No content to map due to end-of-input';
}
