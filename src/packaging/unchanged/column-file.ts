// Files of numbers and texts by column: read at once, where JSON of as many rows would have to be parsed.
import { readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';

export interface Columns<Head> {
  /** What is said once; as JSON, and small. */
  head: Head;
  numbers: readonly Float64Array[];
  /** Without NUL in them. */
  texts: readonly string[];
}

/** Written whole or not at all. For this machine: the order of the bytes is its own. */
export async function writeColumns<Head>(
  file: string,
  { head, numbers, texts }: Columns<Head>,
): Promise<void> {
  const first = Buffer.from(
    JSON.stringify({ head, lengths: numbers.map(({ length }) => length), texts: texts.length }),
  );
  const content = Buffer.concat([
    first,
    // Numbers lie at multiples of eight bytes.
    Buffer.from(`${' '.repeat(7 - (first.length % 8))}\n`),
    ...numbers.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
    Buffer.from(texts.join('\0')),
  ]);
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, content);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Throws when there is no such file, or something else in it. */
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
