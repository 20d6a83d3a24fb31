// Puts messages of other programs into slsctl's form: lower case, no full stop.

export function sentence(text: string): string {
  return text.trim().replace(/\s*\.$/, '');
}

/** Makes the first letter lower case, unless the word is a name or an abbreviation. */
export function lower(text: string): string {
  return text.replace(/^[A-Z](?=[a-z]* )/, (letter) => letter.toLowerCase()).replace(/^A (?=[a-z])/, 'a ');
}
