// Makes text from other sources safe to print: control characters are shown instead of being obeyed by the terminal.

const named: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** `\n`, `\x1b`, `\u202e`. */
function escaped(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  return (
    named[character] ?? (code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`)
  );
}

/** For a name, on one line. Characters that change the direction of writing are shown too. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, escaped);
}

/** For a message of several lines. Line breaks, tabs and colour codes are kept. */
export function harmless(text: string): string {
  return text.replace(/\r\n|\p{Cc}(\[[\d;]*m)?/gu, (match, colour = '') => {
    const first = match.charAt(0);
    const keeps = match === '\r\n' || '\n\t'.includes(first) || (first === '\u001b' && colour !== '');
    return keeps ? match : escaped(first) + colour;
  });
}
