// Finds the names that a Node.js module exports, from its text alone. No code is run.
import { posix } from 'node:path';
import { npmOwner } from './owner.ts';

export interface ModuleExports {
  names: Set<string>;
  /** The module may have further exports that its text does not show. */
  open: boolean;
  /** The kind of module that the text is written as, when Node.js loads the file as the other kind. */
  writtenAs?: 'ES module' | 'CommonJS';
}

type Read = (path: string) => Promise<Buffer | undefined>;

/**
 * Fast lexers look for `wanted` first. If they miss it, the module and the modules that it loads are parsed, to prove
 * that the name is missing. Rejects when the file is not JavaScript.
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
  for (const specifier of from) {
    const target = await resolve(path, specifier, read);
    if (target === undefined || seen.has(target)) continue;
    for (const name of await lexed(target, read, seen)) all.add(name);
  }
  return all;
}

interface Lexed {
  names: string[];
  /** Modules whose exports are all exported again. */
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
  let open = facts.open || facts.blind || (await isLoadedBack(path, facts.loads, read));
  for (const specifier of facts.from) {
    const target = await resolve(path, specifier, read);
    if (target === undefined || seen.has(target)) open = true;
    else {
      const reexported = await parsed(target, read, seen);
      for (const name of reexported.names) names.add(name);
      open ||= reexported.open || reexported.writtenAs !== undefined;
    }
  }
  return { names, open, writtenAs };
}

async function factsOf(path: string, read: Read) {
  const { factsOfCommonJs, factsOfModule, program } = await import('./node-syntax.ts');
  const text = await textOf(path, read);
  const asModule = await isModule(path, read);
  const tree = program(text, asModule ? 'module' : 'commonjs');
  if (tree && asModule) {
    const facts = factsOfModule(tree);
    const exportsNothing = facts.names.length + facts.from.length === 0;
    const writtenAs =
      exportsNothing && /\b(module\.)?exports\b/.test(text) ? ('CommonJS' as const) : undefined;
    // No other module can add exports to an ES module.
    return { facts: { ...facts, loads: [], blind: false }, writtenAs };
  }
  if (tree) return { facts: factsOfCommonJs(tree) };
  const esModule = asModule ? undefined : program(text, 'module');
  if (!esModule) throw new Error(`${path} is not JavaScript`);
  return { facts: { ...factsOfModule(esModule), loads: [], blind: false }, writtenAs: 'ES module' as const };
}

/**
 * Whether a module that this one loads, directly or not, may load this one and add exports to it. Only the package's own
 * modules can: modules in node_modules do not know the function's code.
 */
async function isLoadedBack(path: string, loads: readonly string[], read: Read): Promise<boolean> {
  const seen = new Set<string>();
  const queue = loads.map((name) => ({ from: path, name }));
  for (const { from, name } of queue) {
    // `node:module` gives access to all modules; `#name` is an alias in package.json, which is not resolved here.
    if (/^(node:)?module$|^#/.test(name)) return true;
    if (!name.startsWith('.')) continue;
    const target = await resolve(from, name, read);
    if (target === path) return true;
    if (target === undefined || seen.has(target)) continue;
    seen.add(target);
    const loads = await loadsOf(target, read).catch(() => undefined);
    if (!loads || loads.blind) return true;
    queue.push(...loads.all.map((name) => ({ from: target, name })));
  }
  return false;
}

async function loadsOf(path: string, read: Read): Promise<{ all: string[]; blind: boolean }> {
  const { factsOfCommonJs, factsOfModule, program } = await import('./node-syntax.ts');
  const text = await textOf(path, read);
  const module = program(text, 'module');
  const script = program(text, 'commonjs');
  if (!module && !script) throw new Error(`${path} is not JavaScript`);
  const facts = [module && factsOfModule(module), script && factsOfCommonJs(script)].filter(
    (facts) => !!facts,
  );
  return {
    all: facts.flatMap(({ loads, from }) => [...loads, ...from]),
    blind: facts.some(({ blind }) => blind),
  };
}

async function textOf(path: string, read: Read): Promise<string> {
  return (await read(path))?.toString('utf8') ?? '';
}

/** Path of the module in the package. undefined: it is outside of the package, or not JavaScript. */
async function resolve(path: string, from: string, read: Read): Promise<string | undefined> {
  if (!/^\.\.?(\/|$)/.test(from)) return undefined;
  const base = posix.join(posix.dirname(path), from).replace(/\/$/, '');
  // In the order in which Node.js tries them. A package.json is not read for its main module.
  for (const ending of ['', '.js', '.json', '.node', '/package.json', '/index.js']) {
    const candidate = base + ending;
    if (await read(candidate)) return /\.[cm]?js$/.test(candidate) ? candidate : undefined;
  }
  return undefined;
}

/** Whether Node.js loads the file as an ES module: by the ending, and for `.js` by the nearest package.json. */
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
