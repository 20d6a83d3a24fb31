// Splits a text of slsctl.yml into plain text and references: `${…}`, which may contain others. `$${` is the text `${`.

export interface Template {
  /** As written, from `${` to `}`. */
  readonly written: string;
  /** What is between `${` and `}`. */
  readonly inner: readonly Part[];
}

/** Plain text, or a reference. */
export type Part = string | Template;

/** The parts of the text; undefined: a `${` has no `}`. */
export function partsOf(text: string): Part[] | undefined {
  const { parts, end } = read(text, 0, false);
  return end === undefined ? undefined : parts;
}

/** Writes a text so that no part of it is a reference. */
export function asText(text: string): string {
  return text.replaceAll('${', () => '$${');
}

/** `within`: up to the `}` that closes a reference. `end` is undefined when a `}` is missing. */
function read(text: string, start: number, within: boolean): { parts: Part[]; end: number | undefined } {
  const parts: Part[] = [];
  let plain = '';
  const flush = () => {
    if (plain !== '') parts.push(plain);
    plain = '';
  };
  let at = start;
  while (at < text.length) {
    if (text.startsWith('$${', at)) {
      plain += '${';
      at += 3;
    } else if (text.startsWith('${', at)) {
      flush();
      const { parts: inner, end } = read(text, at + 2, true);
      if (end === undefined) return { parts, end };
      parts.push({ written: text.slice(at, end), inner });
      at = end;
    } else if (within && text[at] === '}') {
      flush();
      return { parts, end: at + 1 };
    } else {
      plain += text[at];
      at++;
    }
  }
  flush();
  return { parts, end: within ? undefined : at };
}
