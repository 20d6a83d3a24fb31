// Splits a command line into words, by the quotes of a POSIX shell and nothing else of it.

/** Single-quoted, double-quoted, escaped, blank, plain. */
const parts = /'([^']*)'?|"((?:\\[\s\S]|[^"\\])*)"?|\\([\s\S])|(\s+)|([^\s'"\\]+)/g;

/** Variables, pipes and patterns are plain text, as in the `aws` CLI. An open quote ends with the line. */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const [, single, double, escaped, blank, plain] of line.matchAll(parts)) {
    if (blank === undefined) {
      word = (word ?? '') + (single ?? double?.replace(/\\(["\\])/g, '$1') ?? escaped ?? plain ?? '');
    } else {
      if (word !== undefined) words.push(word);
      word = undefined;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}
