// Reads the text of slsctl.yml: the data in it, the text of each scalar as it is written, and the place of each value.
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  visit,
  type YAMLMap,
} from 'yaml';

/** A scalar that YAML does not read as text: a number, true, false or null. */
export interface Literal {
  readonly path: readonly (string | number)[];
  /** As written in the file: `0x1F`, `1.10`, `True`. Empty for a value that is left out. */
  readonly text: string;
  readonly value: unknown;
}

export interface YamlProblem {
  /** In characters from the beginning of the text. */
  readonly offset: number;
  /** It quotes no value of the file, because the value may be a secret. */
  readonly message: string;
}

/** More values than any real file has: only aliases of aliases make so many. */
const mostValues = 200_000;

/** Tags that say nothing but "this is text", "this is a map", "this is a list". */
const plainTags = /^(!|tag:yaml\.org,2002:(str|map|seq))$/;
/** Tags that people bring along from other tools. Other tags may be a password that begins with `!`. */
const knownTags =
  /^(!(Ref|Sub|GetAtt|GetAZs|ImportValue|FindInMap|Join|Select|Split|If|Base64|Cidr|Transform|Condition|Equals|Not|And|Or|include|reference|vault|env)|tag:yaml\.org,2002:(binary|bool|float|int|null|omap|pairs|set|timestamp))$/;

const inQuotes = 'put the value in quotes if it is text';

export class YamlText {
  readonly problems: YamlProblem[] = [];
  readonly literals: Literal[] = [];
  /** Numbers, true, false and null have their YAML types. undefined when there are problems. */
  readonly value: unknown;
  private readonly document: Document;
  private readonly lines = new LineCounter();
  /** The values that aliases stand for. */
  private readonly targets = new Map<Alias, Node>();
  private readonly open = new Set<unknown>();
  private count = 0;

  constructor(text: string) {
    this.document = parseDocument(text, { ...parsing, lineCounter: this.lines });
    for (const { pos, code, message } of this.document.errors) {
      this.problems.push({ offset: pos[0], message: sentence(code, message) });
    }
    if (this.problems.length > 0) return;
    const anchors = new Map<string, Node>();
    visit(this.document, {
      Node: (_, node) => {
        const target = isAlias(node) ? anchors.get(node.source) : undefined;
        if (isAlias(node)) {
          if (target) this.targets.set(node, target);
        } else if (node.anchor) anchors.set(node.anchor, node);
      },
    });
    try {
      this.value = this.read(this.document.contents, []);
    } catch (error) {
      if (!(error instanceof Endless) && !(error instanceof RangeError)) throw error;
      this.problems.push({
        offset: 0,
        message: 'an alias (*name) refers to a value that contains it, or aliases are nested too deeply',
      });
    }
  }

  /** The offset of the value at a path; undefined: the file has none there. */
  placeOf(path: readonly PropertyKey[]): number | undefined {
    let node: unknown = this.document.contents;
    for (const key of path) {
      const container = this.behind(node);
      if (isMap(container)) node = this.entries(container).get(String(key));
      else node = isSeq(container) ? container.items[Number(key)] : undefined;
      if (node === undefined) return undefined;
    }
    return isNode(node) ? node.range?.[0] : undefined;
  }

  /** The offset of the key at a path of maps; undefined: the file has none there. */
  keyOf(path: readonly string[]): number | undefined {
    let map = this.behind(this.document.contents);
    for (const [index, name] of path.entries()) {
      const pair = isMap(map) ? map.items.find(({ key }) => isScalar(key) && key.value === name) : undefined;
      if (!pair || !isNode(pair.key)) return undefined;
      if (index === path.length - 1) return pair.key.range?.[0];
      map = this.behind(pair.value);
    }
    return undefined;
  }

  /** Line and column, from 1. */
  lineOf(offset: number): { line: number; col: number } {
    return this.lines.linePos(offset);
  }

  private read(node: unknown, path: (string | number)[]): unknown {
    if (++this.count > mostValues) throw new Endless();
    if (!isNode(node)) return null;
    if (isAlias(node)) {
      const target = this.targets.get(node);
      if (target) return this.read(target, path);
      this.refuse(
        node,
        `a value that begins with * is an alias, and no anchor (&) has its name; ${inQuotes}`,
      );
      return undefined;
    }
    if (node.tag && !plainTags.test(node.tag)) {
      const name = node.tag.replace('tag:yaml.org,2002:', '!!');
      const what = knownTags.test(node.tag) ? name : 'a word that begins with !';
      this.refuse(node, `${what} is a YAML tag, which slsctl.yml does not have; ${inQuotes}`);
      return undefined;
    }
    if (isScalar(node)) {
      if (typeof node.value === 'string') return node.value;
      const { source: text = '', value } = node;
      // Only YAML 1.1 (%YAML 1.1) has scalars of other types, such as dates.
      if (typeof value === 'object' && value !== null) return text;
      this.literals.push({ path, text, value });
      return value;
    }
    if (this.open.has(node)) throw new Endless();
    this.open.add(node);
    const value = isMap(node)
      ? Object.fromEntries(
          [...this.entries(node, true)].map(([key, item]) => [key, this.read(item, [...path, key])]),
        )
      : isSeq(node)
        ? node.items.map((item, index) => this.read(item, [...path, index]))
        : undefined;
    this.open.delete(node);
    return value;
  }

  /** The values of a map by key, those of merge keys (`<<`) included. `complain`: report entries that cannot be read. */
  private entries(map: YAMLMap, complain = false): Map<string, Node | null> {
    const entries = new Map<string, Node | null>();
    const merged: Node[] = [];
    for (const { key, value } of map.items as { key: unknown; value: Node | null }[]) {
      const name = this.behind(key);
      if (isMerge(key)) {
        const source = this.behind(value);
        const maps = isSeq(source) ? source.items : [value];
        merged.push(...(maps as Node[]).filter((one) => isMap(this.behind(one))));
        if (complain && !maps.every((one) => isMap(this.behind(one)))) {
          this.refuse(key as Node, '<< takes the anchor of a map (*name), or a list of them');
        }
      } else if (isScalar(name)) {
        const text = typeof name.value === 'string' ? name.value : (name.source ?? '');
        if (complain && entries.has(text)) this.refuse(key as Node, 'Map keys must be unique');
        entries.set(text, value);
      } else if (complain) this.refuse(map, 'a key of this map is not text');
    }
    for (const source of merged) {
      const container = this.behind(source) as YAMLMap;
      if (container === map || this.open.has(container)) throw new Endless();
      this.open.add(container);
      for (const [name, value] of this.entries(container)) {
        if (!entries.has(name)) entries.set(name, value);
      }
      this.open.delete(container);
    }
    return entries;
  }

  /** The node, or the node that an alias stands for. */
  private behind(node: unknown): unknown {
    return isAlias(node) ? this.targets.get(node) : node;
  }

  private refuse(node: Node, message: string): void {
    this.problems.push({ offset: node.range?.[0] ?? 0, message });
  }
}

/** Keys are text, as they are written. */
export const parsing = { stringKeys: true, logLevel: 'error', prettyErrors: false } as const;

class Endless extends Error {}

function isMerge(key: unknown): boolean {
  return isScalar(key) && key.source === '<<' && (key as Scalar).type === 'PLAIN';
}

/** The parser's message without text of the file, which may be a secret. */
function sentence(code: string, message: string): string {
  if (code === 'MULTIPLE_DOCS') return 'a second YAML document begins here; slsctl.yml has one';
  if (code === 'TAG_RESOLVE_FAILED' || code === 'BAD_COLLECTION_TYPE') {
    return `a YAML tag (!) does not fit its value; ${inQuotes}`;
  }
  return (message.split('\n')[0] as string).replace(/(: |(?<=Invalid escape sequence) ).*/, '');
}
