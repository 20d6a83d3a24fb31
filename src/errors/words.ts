// The words of other programs, in the form of slsctl's own messages: lower case, no full stop.

export function sentence(text: string): string {
  return text.trim().replace(/\s*\.$/, '');
}

/** The first letter small, unless the word is a name or an abbreviation. */
export function lower(text: string): string {
  return text.replace(/^[A-Z](?=[a-z]* )/, (letter) => letter.toLowerCase()).replace(/^A (?=[a-z])/, 'a ');
}
