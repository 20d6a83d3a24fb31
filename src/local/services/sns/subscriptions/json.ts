// Reads JSON that users put into attributes. The words of a refusal are those of AWS's parser.

/** @throws the error that `refused` creates from the problem */
export function readJson(text: string, refused: (problem: string) => Error): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused(problemOf(text));
  }
}

/** The most common problems: an object whose names are not quoted, and a bare word. */
function problemOf(text: string): string {
  const at = (column: number) =>
    `\n at [Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: 1, column: ${column}]`;
  const [, open = '', next] = /^(\s*\{\s*)([^"\s}])/.exec(text) ?? [];
  if (next !== undefined) {
    return `Unexpected character ('${next}' (code ${next.charCodeAt(0)})): was expecting double-quote to start field name${at(open.length + 1)}`;
  }
  const [word = ''] = /^\s*[^\s{}[\],:"]*/.exec(text) ?? [];
  return `Unrecognized token '${word.trim()}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')${at(word.length + 1)}`;
}
