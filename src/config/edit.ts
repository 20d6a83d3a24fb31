// Changes slsctl.yml in place: comments and layout stay.
import { chmod, realpath, stat, writeFile } from 'node:fs/promises';
import { type Document, isMap, isNode, isScalar, isSeq, type Node, parseDocument, visit } from 'yaml';
import { badInput } from '../errors/user-error.ts';
import { replaceFile } from '../replace-file.ts';

/** A place in the file, from the top, and what is to stand there; undefined: nothing. */
export interface ConfigEdit {
  path: readonly string[];
  value: unknown;
}

/** Maps of things by name, in which a name says something even when nothing stands below it. */
const named = new Set(['functions', 'layers', 'stages']);

/** Where the file says something of a function; with a stage, in its overlay. */
export function functionPath(key: string, stage?: string): string[] {
  return [...(stage === undefined ? [] : ['stages', stage]), 'functions', key];
}

/** What stands there now, as it is written: `${account}` is not replaced. */
export function configValue(source: string, path: readonly string[]): unknown {
  const document = parseDocument(source);
  const node = document.getIn(path, true);
  return isNode(node) ? node.toJS(document) : node;
}

/**
 * The text of slsctl.yml with these edits, made in this order. Maps along a path are made where they are
 * missing, and a map that an edit empties goes. Lists and maps that are there keep the comments and the layout
 * of what stays in them. Throws a UserError (exit 2) where the place is taken by something that is not a map
 * (an alias of another place, say).
 */
export function editConfig(source: string, edits: readonly ConfigEdit[]): string {
  const text = `${source.replaceAll('\r\n', '\n').replace(/\n?$/, '')}\n`;
  const edited = edits.reduce(edit, text);
  if (edited === text) return source;
  return source.includes('\r\n') ? edited.replaceAll('\n', '\r\n') : edited;
}

function edit(text: string, { path, value }: ConfigEdit): string {
  const format = { lineWidth: 0, ...layout(text) };
  const document = parseDocument(text);
  const before = document.toString(format);
  if (value === undefined) remove(document, path);
  else {
    makeMaps(document, path.slice(0, -1));
    put(document, path, value);
  }
  const after = document.toString(format);
  if (after === before) return text;
  const patched = patch(text, before, after);
  const same = JSON.stringify(parseDocument(patched).toJS()) === JSON.stringify(document.toJS());
  return same ? patched : after;
}

function remove(document: Document, path: readonly string[]): void {
  if (!document.hasIn(path)) return;
  document.deleteIn(path);
  const parent = path.slice(0, -1);
  const left = document.getIn(parent);
  const isEntry = named.has(parent.at(-2) ?? '');
  if (parent.length > 0 && !isEntry && isMap(left) && left.items.length === 0) document.deleteIn(parent);
}

function put(document: Document, path: readonly string[], value: unknown): void {
  const node = document.getIn(path, true);
  if (isMap(node) && isRecord(value)) {
    const keys = Object.keys(node.toJS(document) as object);
    for (const key of keys) if (!(key in value)) document.deleteIn([...path, key]);
    for (const [key, item] of Object.entries(value)) put(document, [...path, key], item);
  } else if (isSeq(node) && Array.isArray(value)) {
    const old = node.items.map((item) => ({
      item,
      json: JSON.stringify(isNode(item) ? item.toJS(document) : item),
    }));
    node.items = value.map((item) => {
      const at = old.findIndex(({ json }) => json === JSON.stringify(item));
      return at < 0 ? newNode(document, item) : old.splice(at, 1)[0]?.item;
    });
  } else document.setIn(path, typeof value === 'object' ? newNode(document, value) : value);
}

/** Lists of plain values on one line, all else in lines of its own. */
function newNode(document: Document, value: unknown): Node {
  const node = document.createNode(value);
  visit(node, {
    Seq: (_, list) => {
      list.flow = list.items.every(isScalar);
    },
  });
  return node;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The text with the lines that differ between `before` and `after`, both of which the YAML writer laid out in
 * its own way. Where their lines cannot be found in the text, `after` as it is.
 */
function patch(text: string, before: string, after: string): string {
  if (squeezed(text) !== squeezed(before)) return after;
  const old = before.split('\n');
  const made = after.split('\n');
  const shorter = Math.min(old.length, made.length);
  let start = 0;
  while (start < shorter && old[start] === made[start]) start++;
  let end = 0;
  while (end < shorter - start && old.at(-1 - end) === made.at(-1 - end)) end++;
  // Places are counted in characters that are not blank: what is kept starts and ends with one.
  while (start > 0 && !old[start - 1]?.trim()) start--;
  while (end > 0 && !old[old.length - end]?.trim()) end--;
  const head = offset(text, squeezed(old.slice(0, start).join('')).length);
  const tail = offset(text, squeezed(old.slice(0, old.length - end).join('')).length + 1) - 1;
  const line = text.lastIndexOf('\n', tail) + 1;
  // Another statement on the same line: the text is not laid out in lines as the YAML writer's is.
  const headEnds = head === 0 || /^[^\S\n]*\n/.test(text.slice(head));
  const tailStarts = end === 0 || !text.slice(line, tail).trim();
  if (!headEnds || !tailStarts) return after;
  const middle = made.slice(start, made.length - end).map((one) => one.trimEnd());
  return [
    ...(head > 0 ? [text.slice(0, head).concat(/^[^\S\n]*/.exec(text.slice(head))?.[0] ?? '')] : []),
    ...middle,
    ...(end > 0 ? [text.slice(line)] : []),
  ].join('\n');
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, '');
}

/** Just behind the nth character that is not blank. */
function offset(text: string, n: number): number {
  let position = 0;
  for (let left = n; left > 0 && position < text.length; position++) {
    if (/\S/.test(text[position] as string)) left--;
  }
  return position;
}

/** Replaces the file in one step, where a link leads to it too; its mode stays as it is. */
export async function writeConfig(file: string, text: string): Promise<void> {
  const target = await realpath(file);
  const { mode } = await stat(target);
  await replaceFile(target, async (temporary) => {
    await writeFile(temporary, text, { mode: 0o600 });
    await chmod(temporary, mode);
  });
}

/** Makes every place along the path a map; what is empty becomes one. */
function makeMaps(document: Document, path: readonly string[]): void {
  for (let length = 1; length <= path.length; length++) {
    const place = path.slice(0, length);
    const node = document.getIn(place, true);
    if (isMap(node)) continue;
    if (node !== undefined && !(isScalar(node) && node.value === null)) {
      throw badInput(`${place.join('.')} is not a map of its own, so that it cannot be edited here`, {
        next: ['change it in the file by hand, then run ', { command: 'deploy' }],
      });
    }
    document.setIn(place, document.createNode({}));
  }
}

/** How the file is indented. */
function layout(source: string): { indent?: number; indentSeq?: boolean } {
  const indent = /^( {1,8})[^\s#-]/m.exec(source)?.[1]?.length;
  return {
    ...(indent ? { indent } : {}),
    ...(/^( *)[^\s#-][^\n]*:[ \t]*\r?\n\1- /m.test(source) ? { indentSeq: false } : {}),
  };
}
