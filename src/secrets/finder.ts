// Finds many texts in another one, in one pass: few places of a text begin with the first two characters of a form.

/** From and to, in characters. */
export type Span = [from: number, to: number];

const blank = 32;

export class Finder {
  /** Without blanks at both ends; other blanks are one space, and match any number of blanks. */
  readonly forms: readonly string[];
  /** The forms by their first two characters, longest first. */
  private readonly byStart = new Map<number, string[]>();
  /** Whether a form begins with the character. */
  private readonly starts = new Uint8Array(0x10000);

  /** Forms of fewer than `shortest` characters are left out. */
  constructor(forms: readonly string[], shortest: number) {
    const whole = forms.map((form) => form.trim().replace(/\s+/g, ' '));
    this.forms = [...new Set(whole)]
      .filter((form) => form.length >= Math.max(shortest, 2))
      .sort((a, b) => b.length - a.length);
    for (const form of this.forms) {
      const key = keyOf(form.charCodeAt(0), form.charCodeAt(1));
      const known = this.byStart.get(key);
      if (known) known.push(form);
      else this.byStart.set(key, [form]);
      this.starts[form.charCodeAt(0)] = 1;
    }
  }

  /** The places of the forms in the text; they may overlap. */
  find(text: string): Span[] {
    const spans: Span[] = [];
    for (let at = 0; at < text.length - 1; at++) {
      const first = text.charCodeAt(at);
      if (this.starts[first] === 0) continue;
      const second = text.charCodeAt(at + 1);
      const candidates = this.byStart.get(keyOf(first, isBlank(second) ? blank : second));
      if (!candidates) continue;
      for (const form of candidates) {
        const end = endOf(form, text, at);
        if (end < 0) continue;
        spans.push([at, end]);
        break;
      }
    }
    return spans;
  }

  /** Beginnings of forms before `…`, where a long text was cut. */
  findCut(text: string): Span[] {
    const spans: Span[] = [];
    for (let at = text.indexOf('…'); at >= 0; at = text.indexOf('…', at + 1)) {
      let from = at;
      for (const form of this.forms) {
        for (let length = Math.min(form.length - 1, at); length > at - from && length >= 4; length--) {
          if (text.startsWith(form.slice(0, length), at - length)) from = at - length;
        }
      }
      if (from < at) spans.push([from, at]);
    }
    return spans;
  }
}

function keyOf(first: number, second: number): number {
  return first * 0x10000 + second;
}

/** Where the form ends in the text, if it begins at this place; otherwise -1. */
function endOf(form: string, text: string, start: number): number {
  let at = start;
  for (let index = 0; index < form.length; index++) {
    const wanted = form.charCodeAt(index);
    if (wanted === blank) {
      if (!isBlank(text.charCodeAt(at))) return -1;
      while (isBlank(text.charCodeAt(at))) at++;
    } else if (text.charCodeAt(at++) !== wanted) return -1;
  }
  return isWithinNumber(form, text, start, at) ? -1 : at;
}

/** A number is not looked for inside a longer one. */
function isWithinNumber(form: string, text: string, from: number, to: number): boolean {
  if (!isDigit(form.charCodeAt(0)) || !/^\d+$/.test(form)) return false;
  return isDigit(text.charCodeAt(from - 1)) || isDigit(text.charCodeAt(to));
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** As `\s` in a pattern. */
function isBlank(code: number): boolean {
  if (code <= 0x80) return code === 32 || (code >= 9 && code <= 13);
  return code >= 0xa0 && /\s/.test(String.fromCharCode(code));
}
