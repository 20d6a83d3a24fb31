// The secrets of a run: whoever reads a secret value adds it here, and everything that leaves the process is masked.
import { Finder, type Span } from './finder.ts';
import { formsOf } from './forms.ts';
import { isCommon, isSecretName, looksLikeCredential } from './names.ts';

/** Who wrote a text: slsctl (and AWS, whose messages it repeats), or the function, whose answers and logs it shows. */
export type Author = 'slsctl' | 'function';

export const mask = '***';

/** Shorter values cannot be told from ordinary words: they are masked in their own fields only. In characters. */
export const shortest = { secret: 6, variable: 8 } as const;

export class Secrets {
  /** `--show-values`: nothing is masked. */
  shown = false;
  /** Never shown, whoever writes the text. */
  private readonly secrets = new Set<string>();
  /** Values of environment variables that need not be secrets. */
  private readonly variables = new Set<string>();
  /** Texts that are shown anyway: names, regions, what stands in slsctl.yml beside environment. */
  private readonly common = new Set<string>();
  /** Made again after a change. */
  private finders: Partial<Record<Author, Finder>> = {};

  /** Credentials in the environment: of AWS, and of proxies. */
  constructor(env: NodeJS.ProcessEnv = {}) {
    for (const name of ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) this.add(env[name]);
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY']) {
      // A proxy may be written without a scheme.
      for (const spelled of [name, name.toLowerCase()])
        this.address(env[spelled]?.replace(/^(?!.*:\/\/)/, 'http://'));
    }
    this.ordinary(env.AWS_REGION, env.AWS_DEFAULT_REGION, env.AWS_PROFILE, env.AWS_ENDPOINT_URL);
  }

  /** A value that is a secret by where it comes from. */
  add(value: string | undefined): void {
    if (!value || this.secrets.has(value)) return;
    this.secrets.add(value);
    this.finders = {};
  }

  /** The value of an environment variable. */
  variable(name: string, value: string): void {
    if (isSecretName(name) || /:\/\/[^/\s:@]+:[^/\s@]+@/.test(value)) this.add(value);
    else if (!this.variables.has(value)) {
      this.variables.add(value);
      this.finders = {};
    }
    this.address(value);
  }

  /** The value of a secret that may be a JSON object: its members may be secrets too. */
  document(value: string): void {
    this.add(value);
    const visit = (name: string, node: unknown): void => {
      if (typeof node === 'string') this.variable(name, node);
      else if (typeof node === 'object' && node !== null) {
        for (const [key, item] of Object.entries(node)) visit(key, item);
      }
    };
    try {
      visit('', JSON.parse(value));
    } catch {
      // It is not JSON.
    }
  }

  /** The password in an address. */
  address(value: string | undefined): void {
    const password = value && /:\/\/[^/\s:@]*:([^/\s]+)@/.exec(value)?.[1];
    if (!password) return;
    this.add(password);
    try {
      this.add(decodeURIComponent(password));
    } catch {
      // It is not encoded.
    }
  }

  /** Texts that are no secrets. A variable may have the same value: it is masked in its own field only. */
  ordinary(...texts: (string | undefined)[]): void {
    for (const text of texts) if (text) this.common.add(text);
    this.finders = {};
  }

  /** A secret that the user asks for: it is shown from now on. */
  reveal(value: string): void {
    this.secrets.delete(value);
    this.variables.delete(value);
    this.finders = {};
  }

  /** The text without secrets. */
  masked(text: string, author: Author = 'slsctl'): string {
    const finder = this.finderFor(author);
    if (!finder || text.length < shortest.secret) return text;
    // Only slsctl cuts texts.
    const spans = [...finder.find(text), ...(author === 'slsctl' ? finder.findCut(text) : [])];
    return spans.length > 0 ? without(text, spans) : text;
  }

  /** The same for each text in a value that becomes JSON. */
  maskedIn<T>(value: T, author: Author = 'slsctl'): T {
    if (!this.finderFor(author)) return value;
    const each = (node: unknown): unknown => {
      if (typeof node === 'string') return this.masked(node, author);
      if (Array.isArray(node)) return node.map(each);
      if (typeof node !== 'object' || node === null) return node;
      if ('toJSON' in node && typeof node.toJSON === 'function') return each(node.toJSON());
      return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, each(item)]));
    };
    return each(value) as T;
  }

  private finderFor(author: Author): Finder | undefined {
    if (this.shown) return undefined;
    this.finders[author] ??= new Finder(this.valuesFor(author).flatMap(formsOf), shortest.secret);
    return this.finders[author].forms.length > 0 ? this.finders[author] : undefined;
  }

  private valuesFor(author: Author): string[] {
    const common = [...this.common];
    const variables = [...this.variables].filter(
      (value) =>
        value.length >= shortest.variable &&
        !isCommon(value) &&
        !common.some((text) => text.includes(value)) &&
        (author === 'slsctl' || looksLikeCredential(value)),
    );
    return [...[...this.secrets].filter((value) => value.trim().length >= shortest.secret), ...variables];
  }
}

function without(text: string, spans: Span[]): string {
  spans.sort((a, b) => a[0] - b[0]);
  let result = '';
  let end = 0;
  for (const [from, to] of spans) {
    if (from >= end) result += text.slice(end, from) + mask;
    end = Math.max(end, to);
  }
  return result + text.slice(end);
}
