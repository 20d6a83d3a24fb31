// Words of a POSIX shell command line: quoting, and references to variables inside a quoted word.

/** `json`: the value stands inside a JSON string and holds characters that JSON escapes. */
export interface Variable {
  variable: string;
  json?: boolean;
}
/** One word, from left to right: text as it is, and variables that the shell fills in. */
export type Word = string | readonly (string | Variable)[];

// Reads one character more than the value, so that closing line feeds survive $( ).
const escapeJson =
  'awk \'{gsub(/[\\\\"]/,"\\\\\\\\&");gsub(/\\t/,"\\\\t");gsub(/\\r/,"\\\\r");' +
  's=s (NR>1?"\\\\n":"") $0}END{printf "%s",substr(s,1,length(s)-1)}\'';

/** Quotes text for sh; text that the shell takes literally stays bare. NUL cannot be passed and is dropped. */
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
