// Edits the text of slsctl.yml and keeps its comments and layout.
import { chmod, realpath, stat, writeFile } from 'node:fs/promises';
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  type Scalar,
  type ScalarTag,
  visit,
} from 'yaml';
import { badInput } from '../errors/user-error.ts';
import { replaceFile } from '../replace-file.ts';
import { parsing } from './text/yaml.ts';

/** The new value at a path of the file; undefined removes it. */
export interface ConfigEdit {
  path: readonly string[];
  value: unknown;
}

/** Maps by name. An entry of such a map stays even when it is empty: it declares the name. */
const mapsByName = new Set(['functions', 'layers', 'stages']);

/** Path of a function in the file. `overlay`: its path there, under `stages:`. */
export function functionPath(key: string, overlay?: string): string[] {
  return [...(overlay === undefined ? [] : ['stages', overlay]), 'functions', key];
}

/** The value at a path as it is written: references such as `${account}` are not replaced. */
export function configValue(source: string, path: readonly string[]): unknown {
  const document = parsed(source);
  const node = document.getIn(path, true);
  return isNode(node) ? node.toJS(document) : node;
}

function parsed(text: string): Document {
  return parseDocument(text, { ...parsing, customTags: (tags) => keepingNumbers(tags as ScalarTag[]) });
}

/** The tags, changed so that a number that no edit changes is written as it was: `1.10`, `0x1F`, `007`. */
function keepingNumbers(tags: readonly ScalarTag[]): ScalarTag[] {
  const numbers = tags.filter(({ tag }) => /:(int|float)$/.test(tag));
  const isUnchanged = ({ source = '', value }: Scalar) => {
    const reader = numbers.find(({ test }) => test?.test(source));
    return reader && Object.is(plainValue(reader.resolve(source, () => {}, { intAsBigInt: false })), value);
  };
  return tags.map((tag) =>
    numbers.includes(tag)
      ? {
          ...tag,
          stringify: (node, ...rest) =>
            isUnchanged(node)
              ? (node.source as string)
              : (tag.stringify?.(node, ...rest) ?? String(node.value)),
        }
      : tag,
  );
}

function plainValue(value: unknown): unknown {
  return isScalar(value) ? value.value : value;
}

/**
 * The text of slsctl.yml after the edits, made in this order. Missing maps along a path are created, and a map that an
 * edit empties is removed. Entries of lists and maps that are kept also keep their comments and layout. Throws a UserError
 * (exit 2) when a path leads through a value that is not a map, such as a YAML alias.
 */
export function editConfig(source: string, edits: readonly ConfigEdit[]): string {
  const text = `${source.replaceAll('\r\n', '\n').replace(/\n?$/, '')}\n`;
  const edited = edits.reduce(edit, text);
  if (edited === text) return source;
  return source.includes('\r\n') ? edited.replaceAll('\n', '\r\n') : edited;
}

function edit(text: string, { path, value }: ConfigEdit): string {
  const format = { lineWidth: 0, ...layout(text) };
  const document = parsed(text);
  const before = document.toString(format);
  if (value !== undefined || document.hasIn(path)) refuseShared(document, path);
  if (value === undefined) remove(document, path);
  else {
    makeMaps(document, path.slice(0, -1));
    put(document, path, value);
  }
  const after = document.toString(format);
  if (after === before) return text;
  const patched = patch(text, before, after);
  const isEquivalent = JSON.stringify(parsed(patched).toJS()) === JSON.stringify(document.toJS());
  return isEquivalent ? patched : after;
}

/** Refuses to edit what aliases repeat: the edit would change other places too. */
function refuseShared(document: Document, path: readonly string[]): void {
  const repeated = new Set<string>();
  visit(document, { Alias: (_, { source }) => void repeated.add(source) });
  if (repeated.size === 0) return;
  const refuse = (node: unknown, place: readonly string[]) => {
    const anchor = isNode(node) && !isAlias(node) ? node.anchor : undefined;
    if (anchor === undefined || !repeated.has(anchor)) return;
    throw badInput(`${place.join('.')} has the anchor &${anchor}, so slsctl cannot edit it`, {
      reason: `other values of the file repeat it by *${anchor}`,
      next: ['change it in the file by hand, then run ', { command: 'deploy' }],
    });
  };
  for (let length = 1; length < path.length; length++) {
    const place = path.slice(0, length);
    refuse(document.getIn(place, true), place);
  }
  const edited = document.getIn(path, true);
  if (isNode(edited)) visit(edited, { Node: (_, node) => refuse(node, path) });
}

function remove(document: Document, path: readonly string[]): void {
  if (!document.hasIn(path)) return;
  document.deleteIn(path);
  const parent = path.slice(0, -1);
  const parentNode = document.getIn(parent);
  const isEntry = mapsByName.has(parent.at(-2) ?? '');
  const isEmpty = isMap(parentNode) && parentNode.items.length === 0;
  if (parent.length > 0 && !isEntry && isEmpty) document.deleteIn(parent);
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
    // A number that is text in the end is written already.
  } else if (isScalar(node) && typeof node.value === 'number' && node.source === value) return;
  else document.setIn(path, typeof value === 'object' ? newNode(document, value) : value);
}

/** A node in which lists of plain values are on one line, and everything else is on separate lines. */
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
 * Replaces only the lines of the text that differ between `before` and `after`. Both are the same file as the YAML writer
 * lays it out, before and after the edit. Returns `after` when these lines cannot be found in the text.
 */
function patch(text: string, before: string, after: string): string {
  if (squeezed(text) !== squeezed(before)) return after;
  const old = before.split('\n');
  const edited = after.split('\n');
  const shorter = Math.min(old.length, edited.length);
  let start = 0;
  while (start < shorter && old[start] === edited[start]) start++;
  let end = 0;
  while (end < shorter - start && old.at(-1 - end) === edited.at(-1 - end)) end++;
  // Offsets are counted in characters that are not blank, so the kept lines must start and end with one.
  while (start > 0 && !old[start - 1]?.trim()) start--;
  while (end > 0 && !old[old.length - end]?.trim()) end--;
  const head = offset(text, squeezed(old.slice(0, start).join('')).length);
  const tail = offset(text, squeezed(old.slice(0, old.length - end).join('')).length + 1) - 1;
  const line = text.lastIndexOf('\n', tail) + 1;
  // If another entry is on the same line, the text has another layout than the YAML writer's, and cannot be patched.
  const headEnds = head === 0 || /^[^\S\n]*\n/.test(text.slice(head));
  const tailStarts = end === 0 || !text.slice(line, tail).trim();
  if (!headEnds || !tailStarts) return after;
  const middle = edited.slice(start, edited.length - end).map((line) => line.trimEnd());
  return [
    ...(head > 0 ? [text.slice(0, head).concat(/^[^\S\n]*/.exec(text.slice(head))?.[0] ?? '')] : []),
    ...middle,
    ...(end > 0 ? [text.slice(line)] : []),
  ].join('\n');
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, '');
}

/** The offset just after the nth character that is not blank. */
function offset(text: string, n: number): number {
  let position = 0;
  for (let left = n; left > 0 && position < text.length; position++) {
    if (/\S/.test(text[position] as string)) left--;
  }
  return position;
}

/** Replaces the file in one step. Follows a link to the file, and keeps the file's mode. */
export async function writeConfig(file: string, text: string): Promise<void> {
  const target = await realpath(file);
  const { mode } = await stat(target);
  await replaceFile(target, async (temporary) => {
    await writeFile(temporary, text, { mode: 0o600 });
    await chmod(temporary, mode);
  });
}

/** Makes each value along the path a map. A missing or empty value becomes an empty map. */
function makeMaps(document: Document, path: readonly string[]): void {
  for (let length = 1; length <= path.length; length++) {
    const place = path.slice(0, length);
    const node = document.getIn(place, true);
    if (isMap(node)) continue;
    if (node !== undefined && !(isScalar(node) && node.value === null)) {
      throw badInput(`${place.join('.')} is not a map, so slsctl cannot edit it`, {
        next: ['change it in the file by hand, then run ', { command: 'deploy' }],
      });
    }
    document.setIn(place, document.createNode({}));
  }
}

/** The indentation of the file. */
function layout(source: string): { indent?: number; indentSeq?: boolean } {
  const indent = /^( {1,8})[^\s#-]/m.exec(source)?.[1]?.length;
  return {
    ...(indent ? { indent } : {}),
    ...(/^( *)[^\s#-][^\n]*:[ \t]*\r?\n\1- /m.test(source) ? { indentSeq: false } : {}),
  };
}
