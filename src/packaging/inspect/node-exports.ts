// The names that a Node.js module exports, as far as its text shows; nothing is run.
import { posix } from 'node:path';
import { npmOwner } from './owner.ts';

export interface ModuleExports {
  names: Set<string>;
  /** Exports may come that the text does not show. */
  open: boolean;
  /** Node.js takes the file for the other kind of module than it is written as. */
  writtenAs?: 'ES module' | 'CommonJS';
}

type Read = (path: string) => Promise<Buffer | undefined>;

/**
 * Lexers look for `wanted`. Only when they do not see it, the module is parsed, and so are those that it loads: it
 * takes a proof that the name is not there. Rejects when the file is no JavaScript that can be read.
 */
export async function nodeExports(path: string, wanted: string, read: Read): Promise<ModuleExports> {
  const names = await lexed(path, read, new Set()).catch(() => new Set<string>());
  return names.has(wanted) ? { names, open: false } : await parsed(path, read, new Set());
}

async function lexed(path: string, read: Read, seen: Set<string>): Promise<Set<string>> {
  seen.add(path);
  const text = await textOf(path, read);
  const { names, from } = (await isModule(path, read)) ? await lexModule(text) : await lexCommonJs(text);
  const all = new Set(names);
  for (const one of from) {
    const target = await resolved(path, one, read);
    if (target === undefined || seen.has(target)) continue;
    for (const name of await lexed(target, read, seen)) all.add(name);
  }
  return all;
}

interface Lexed {
  names: string[];
  /** Modules whose exports are passed on whole. */
  from: string[];
}

async function lexModule(text: string): Promise<Lexed> {
  const { init, parse } = await import('es-module-lexer/minimal');
  await init();
  const [, exports] = parse(text);
  const from = [...text.matchAll(/\bexport\s*\*\s*from\s*(["'])(.*?)\1/g)].map(
    ([, , name]) => name as string,
  );
  return { names: exports.map(({ n }) => n), from };
}

async function lexCommonJs(text: string): Promise<Lexed> {
  const { init, parse } = await import('cjs-module-lexer');
  await init();
  const { exports, reexports } = parse(text);
  return { names: exports, from: reexports };
}

async function parsed(path: string, read: Read, seen: Set<string>): Promise<ModuleExports> {
  seen.add(path);
  const { facts, writtenAs } = await factsOf(path, read);
  const names = new Set(facts.names);
  let open = facts.open || facts.blind || (await comesBack(path, facts.loads, read));
  for (const from of facts.from) {
    const target = await resolved(path, from, read);
    if (target === undefined || seen.has(target)) open = true;
    else {
      const theirs = await parsed(target, read, seen);
      for (const name of theirs.names) names.add(name);
      open ||= theirs.open || theirs.writtenAs !== undefined;
    }
  }
  return { names, open, writtenAs };
}

async function factsOf(path: string, read: Read) {
  const { factsOfCommonJs, factsOfModule, program } = await import('./node-syntax.ts');
  const text = await textOf(path, read);
  const asModule = await isModule(path, read);
  const own = program(text, asModule ? 'module' : 'commonjs');
  if (own && asModule) {
    const facts = factsOfModule(own);
    const none = facts.names.length + facts.from.length === 0;
    const writtenAs = none && /\b(module\.)?exports\b/.test(text) ? ('CommonJS' as const) : undefined;
    // Nobody else can add to what an ES module exports.
    return { facts: { ...facts, loads: [], blind: false }, writtenAs };
  }
  if (own) return { facts: factsOfCommonJs(own) };
  const other = asModule ? undefined : program(text, 'module');
  if (!other) throw new Error(`${path} is not JavaScript`);
  return { facts: { ...factsOfModule(other), loads: [], blind: false }, writtenAs: 'ES module' as const };
}

/**
 * Whether one of the package's own modules that this one loads may load it in turn, and add to its exports. Those
 * in node_modules know nothing of it.
 */
async function comesBack(path: string, loads: readonly string[], read: Read): Promise<boolean> {
  const seen = new Set<string>();
  const queue = loads.map((name) => ({ from: path, name }));
  for (const { from, name } of queue) {
    // Node.js's table of all modules, and names that a package.json gives to own ones.
    if (/^(node:)?module$|^#/.test(name)) return true;
    if (!name.startsWith('.')) continue;
    const target = await resolved(from, name, read);
    if (target === path) return true;
    if (target === undefined || seen.has(target)) continue;
    seen.add(target);
    const known = await loadsOf(target, read).catch(() => undefined);
    if (!known || known.blind) return true;
    queue.push(...known.all.map((one) => ({ from: target, name: one })));
  }
  return false;
}

async function loadsOf(path: string, read: Read): Promise<{ all: string[]; blind: boolean }> {
  const { factsOfCommonJs, factsOfModule, program } = await import('./node-syntax.ts');
  const text = await textOf(path, read);
  const module = program(text, 'module');
  const script = program(text, 'commonjs');
  if (!module && !script) throw new Error(`${path} is not JavaScript`);
  const facts = [module && factsOfModule(module), script && factsOfCommonJs(script)].filter((one) => !!one);
  return {
    all: facts.flatMap(({ loads, from }) => [...loads, ...from]),
    blind: facts.some(({ blind }) => blind),
  };
}

async function textOf(path: string, read: Read): Promise<string> {
  return (await read(path))?.toString('utf8') ?? '';
}

/** The module of the package; undefined: it is none, or none that can be looked into. */
async function resolved(path: string, from: string, read: Read): Promise<string | undefined> {
  if (!/^\.\.?(\/|$)/.test(from)) return undefined;
  const base = posix.join(posix.dirname(path), from).replace(/\/$/, '');
  // In the order of Node.js; what a package.json names, is not looked for.
  for (const ending of ['', '.js', '.json', '.node', '/package.json', '/index.js']) {
    const candidate = base + ending;
    if (await read(candidate)) return /\.[cm]?js$/.test(candidate) ? candidate : undefined;
  }
  return undefined;
}

/** Node.js: by the ending, and for `.js` by the nearest package.json. */
async function isModule(path: string, read: Read): Promise<boolean> {
  if (path.endsWith('.mjs')) return true;
  if (!path.endsWith('.js')) return false;
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    const text = await read(posix.join(folder, 'package.json'));
    if (text) return typeOf(text.toString('utf8')) === 'module';
    if (folder === '.' || npmOwner(`${folder}/`) !== npmOwner(path)) return false;
  }
}

function typeOf(text: string): unknown {
  try {
    return (JSON.parse(text) as { type?: unknown } | null)?.type;
  } catch {
    return undefined;
  }
}
