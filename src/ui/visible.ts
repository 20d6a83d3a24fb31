// Text that others wrote, in front of the user: what a terminal would obey is shown instead.

const named: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** `\n`, `\x1b`, `\u202e`. */
function escaped(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  return (
    named[character] ?? (code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`)
  );
}

/** A name on one line, with what turns the direction of writing shown too. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, escaped);
}

/** A message of several lines, which may have the colours of another program in it. */
export function harmless(text: string): string {
  return text.replace(/\r\n|\p{Cc}(\[[\d;]*m)?/gu, (found, colour = '') => {
    const first = found.charAt(0);
    const keeps = found === '\r\n' || '\n\t'.includes(first) || (first === '\u001b' && colour !== '');
    return keeps ? found : escaped(first) + colour;
  });
}
