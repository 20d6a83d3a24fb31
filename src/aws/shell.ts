// Writes a POSIX shell command line: quotes words, and refers to variables inside a quoted word.

/** `json`: the value is inside a JSON string and has characters that JSON escapes. */
export interface Variable {
  variable: string;
  json?: boolean;
}
/** The parts of one word, from left to right: literal text, and variables that the shell replaces. */
export type Word = string | readonly (string | Variable)[];

// Adds a last character and removes it again, because $( ) drops line feeds at the end.
const escapeJson =
  'awk \'{gsub(/[\\\\"]/,"\\\\\\\\&");gsub(/\\t/,"\\\\t");gsub(/\\r/,"\\\\r");' +
  's=s (NR>1?"\\\\n":"") $0}END{printf "%s",substr(s,1,length(s)-1)}\'';

/** Quotes text for sh where it needs quotes. A shell cannot pass NUL, so NUL is dropped. */
export function quote(text: string): string {
  const clean = text.replaceAll('\0', '');
  if (/^[\w@%+:,./-][\w@%+=:,./-]*$/.test(clean)) return clean;
  return `'${clean.replaceAll("'", "'\\''")}'`;
}

/** A command line that sh reads back as exactly these words. */
export function shellLine(words: readonly Word[]): string {
  return words.map(shellWord).join(' ');
}

function shellWord(word: Word): string {
  if (typeof word === 'string') return quote(word);
  const parts: (string | Variable)[] = [];
  for (const part of word) {
    const last = parts.at(-1);
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
    else parts.push(part);
  }
  return parts.map((part) => (typeof part === 'string' ? quote(part) : reference(part))).join('');
}

function reference({ variable, json }: Variable): string {
  return json ? `"$(printf %s. "$${variable}" | ${escapeJson})"` : `"$${variable}"`;
}

/** A name that sh accepts for a variable. */
export function variableName(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d|$)/, '_');
}
