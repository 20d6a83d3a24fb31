// A strict reader of small XML documents: well-formed or refused. Document types, and so entities of one's own, are
// refused, as AWS does. https://www.w3.org/TR/xml/
export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  /** All text in it, but not in its children. */
  readonly text: string;
  /** Without declarations of namespaces. Absent when there are none. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Deeper documents than this do not occur, and could exhaust the stack of later readers. */
const deepest = 50;

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const nameStart = 'A-Z_a-z:\\u00c0-\\u{10ffff}';
const name = `[${nameStart}][${nameStart}0-9.\\-\\u00b7]*`;
const startOfTag = new RegExp(`<(${name})`, 'uy');
const endOfTag = /[ \t\r\n]*(\/?)>/y;
const endTag = /<\/([^<>\s]+)[ \t\r\n]*>/y;
const attribute = new RegExp(`[ \\t\\r\\n]+(${name})[ \\t\\r\\n]*=[ \\t\\r\\n]*("[^<"]*"|'[^<']*')`, 'uy');
const text = /[^<]+/y;
const comment = /<!--(?:(?!--)[\s\S])*-->/y;
const cdata = /<!\[CDATA\[([\s\S]*?)\]\]>/y;
const instruction = /<\?(?!xml[ \t\r\n?])[A-Za-z_][\w.-]*(?:[ \t\r\n][\s\S]*?)?\?>/iy;
const declaration =
  /<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*["']1\.\d["'](?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*["']utf-8["'])?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*["'](?:yes|no)["'])?[ \t\r\n]*\?>/iy;
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 cannot contain these
const impossible = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** The root element. @throws SyntaxError when the document is not well-formed */
export function parseXml(document: string): XmlElement {
  return new Reader(document.replace(/^\ufeff/, '')).root();
}

class Reader {
  private readonly document: string;
  private at = 0;

  constructor(document: string) {
    this.document = document;
    if (impossible.test(document)) throw this.malformed('a character that XML cannot contain');
  }

  root(): XmlElement {
    this.take(declaration);
    this.skipMisc();
    const root = this.element(0);
    this.skipMisc();
    if (this.at < this.document.length) throw this.malformed('something after the root element');
    return root;
  }

  private element(depth: number): XmlElement {
    if (depth > deepest) throw this.malformed('too many levels');
    const name = this.take(startOfTag)?.[1];
    if (name === undefined) throw this.malformed('no element');
    const attributes = this.attributes();
    const empty = this.take(endOfTag)?.[1];
    if (empty === undefined) throw this.malformed('a tag that does not end');
    const children: XmlElement[] = [];
    let content = '';
    while (empty === '') {
      const end = this.take(endTag);
      if (end) {
        if (end[1] !== name) throw this.malformed(`the end of ${name}`);
        break;
      }
      const plain = this.take(text);
      const section = plain ? undefined : this.take(cdata);
      if (plain) content += decoded(plain[0]);
      else if (section) content += section[1] ?? '';
      else if (!this.take(comment) && !this.take(instruction)) children.push(this.element(depth + 1));
    }
    return { name, children, text: content, ...(attributes ? { attributes } : {}) };
  }

  private attributes(): Record<string, string> | undefined {
    const values = new Map<string, string>();
    for (let found = this.take(attribute); found; found = this.take(attribute)) {
      const [, name = '', value = ''] = found;
      if (values.has(name)) throw this.malformed(`a second attribute ${name}`);
      values.set(name, decoded(value.slice(1, -1)));
    }
    const own = [...values].filter(([name]) => !/^xmlns(:|$)/.test(name));
    return own.length > 0 ? Object.fromEntries(own) : undefined;
  }

  /** Comments, instructions and white space outside of the root element. */
  private skipMisc(): void {
    while (this.take(/[ \t\r\n]+/y) ?? this.take(comment) ?? this.take(instruction));
  }

  /** What stands here, if the pattern fits; then it is behind. */
  private take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.document);
    if (!found) return undefined;
    this.at = pattern.lastIndex;
    return found;
  }

  private malformed(what: string): SyntaxError {
    return new SyntaxError(`${what} at ${this.at}`);
  }
}

/** Text with its references resolved. Line ends are line feeds, as XML has it. */
function decoded(raw: string): string {
  if (raw.includes(']]>')) throw new SyntaxError('the end of a section that did not begin');
  return raw.replace(/\r\n?/g, '\n').replace(/&([^;&]*;?)/g, (_, reference: string) => {
    const [, hex, decimal, name] = /^(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-z]+));$/.exec(reference) ?? [];
    const character =
      name === undefined ? fromCode(Number.parseInt(hex ?? decimal ?? '', hex ? 16 : 10)) : entities[name];
    if (character === undefined) throw new SyntaxError(`the reference &${reference}`);
    return character;
  });
}

function fromCode(code: number): string | undefined {
  if (!(code > 0 && code <= 0x10ffff) || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  const character = String.fromCodePoint(code);
  return impossible.test(character) ? undefined : character;
}
