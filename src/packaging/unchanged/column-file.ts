// Files with columns of numbers and texts. Reading one takes much less time than parsing JSON with as many rows.
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { replaceFile } from '../../replace-file.ts';

export interface Columns<Head> {
  /** Everything that is not a column. Stored as JSON, so it should be small. */
  head: Head;
  numbers: readonly Float64Array[];
  /** They must not contain NUL. */
  texts: readonly string[];
}

/** Writes the file whole or not at all. It is for this machine only: the byte order is the machine's own. */
export async function writeColumns<Head>(
  file: string,
  { head, numbers, texts }: Columns<Head>,
): Promise<void> {
  const first = Buffer.from(
    JSON.stringify({ head, lengths: numbers.map(({ length }) => length), texts: texts.length }),
  );
  const content = Buffer.concat([
    first,
    // Float64Array needs offsets that are multiples of eight.
    Buffer.from(`${' '.repeat(7 - (first.length % 8))}\n`),
    ...numbers.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
    Buffer.from(texts.join('\0')),
  ]);
  await replaceFile(file, (temporary) => writeFile(temporary, content));
}

/** Throws when the file is missing or has another format. */
export function readColumns<Head>(file: string): Columns<Head> {
  const content = readFileSync(file);
  const { buffer, byteOffset } = content;
  const line = content.indexOf('\n');
  const first = JSON.parse(content.toString('utf8', 0, line));
  let at = line + 1;
  const numbers = (first.lengths as number[]).map((length) => {
    const column = new Float64Array(buffer, byteOffset + at, length);
    at += 8 * length;
    return column;
  });
  const texts = content.toString('utf8', at).split('\0');
  if (texts.length !== Math.max(1, first.texts)) throw new Error('a text is missing');
  return { head: first.head, numbers, texts };
}
