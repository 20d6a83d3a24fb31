// The names that a Node.js module exports, as far as its text shows; nothing is run.
import { posix } from 'node:path';
import { npmOwner } from './owner.ts';

export interface ModuleExports {
  names: Set<string>;
  /** Exports may come that the text does not show. */
  open: boolean;
}

type Read = (path: string) => Promise<Buffer | undefined>;

/** Rejects when the file is no JavaScript that the lexers can read. */
export async function nodeExports(
  path: string,
  read: Read,
  seen = new Set<string>(),
): Promise<ModuleExports> {
  seen.add(path);
  const text = (await read(path))?.toString('utf8') ?? '';
  const found = (await isModule(path, read)) ? await ofModule(text) : await ofCommonJs(text);
  const names = new Set(found.names);
  let { open } = found;
  for (const from of found.from) {
    const target = await resolved(path, from, read);
    if (target === undefined || seen.has(target)) open = true;
    else {
      const theirs = await nodeExports(target, read, seen);
      for (const name of theirs.names) names.add(name);
      open ||= theirs.open;
    }
  }
  return { names, open };
}

interface Found {
  names: string[];
  /** Modules whose exports are passed on whole. */
  from: string[];
  open: boolean;
}

async function ofModule(text: string): Promise<Found> {
  const { init, parse } = await import('es-module-lexer/minimal');
  await init();
  const [, exports] = parse(text);
  const from = [...text.matchAll(/\bexport\s*\*\s*from\s*(["'])(.*?)\1/g)].map(
    ([, , name]) => name as string,
  );
  return { names: exports.map(({ n }) => n), from, open: false };
}

/** Ways to export that the lexer does not follow. */
const dynamic = [
  /\bexports\s*\[/,
  /\b(assign|defineProperties|defineProperty)\s*\(\s*(module\.)?exports\b/,
  /\bmodule\s*[[,)]/,
  /\bmodule\.exports\s*=\s*(?![\s{])/,
  /\bmodule\.exports\s*=\s*\{[^}]*(\.\.\.|\[)/,
  /\(\s*(this|exports|module\.exports)\s*[,)]/,
];

async function ofCommonJs(text: string): Promise<Found> {
  const { init, parse } = await import('cjs-module-lexer');
  await init();
  const { exports, reexports } = parse(text);
  const from = reexports.filter((name) => name.startsWith('.'));
  const open = reexports.length > from.length || dynamic.some((form) => form.test(text));
  return { names: exports, from, open: from.length > 0 ? reexports.length > from.length : open };
}

async function resolved(path: string, from: string, read: Read): Promise<string | undefined> {
  if (!from.startsWith('.')) return undefined;
  const base = posix.join(posix.dirname(path), from);
  for (const candidate of [base, `${base}.js`, `${base}.cjs`, `${base}.mjs`, `${base}/index.js`]) {
    if (/\.[cm]?js$/.test(candidate) && (await read(candidate))) return candidate;
  }
  return undefined;
}

/** Node.js: by the ending, and for `.js` by the nearest package.json. */
async function isModule(path: string, read: Read): Promise<boolean> {
  if (path.endsWith('.mjs')) return true;
  if (path.endsWith('.cjs')) return false;
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    const text = await read(posix.join(folder, 'package.json'));
    if (text) return typeOf(text.toString('utf8')) === 'module';
    if (folder === '.' || npmOwner(`${folder}/`) !== npmOwner(path)) return false;
  }
}

function typeOf(text: string): unknown {
  try {
    return (JSON.parse(text) as { type?: unknown }).type;
  } catch {
    return undefined;
  }
}
