// Changes slsctl.yml in place: comments and layout stay.
import { rename, writeFile } from 'node:fs/promises';
import { type Document, isMap, isScalar, parseDocument } from 'yaml';
import { badInput } from '../errors.ts';

export interface EnvironmentEdit {
  /** Key under `functions:`. */
  function: string;
  /** With a stage its overlay is edited. */
  stage?: string;
  set?: Record<string, string>;
  unset?: readonly string[];
}

/**
 * The text of slsctl.yml with other environment variables for one function. Throws a UserError (exit 2) where
 * the place is taken by something that is not a map (an alias of another place, say).
 */
export function editEnvironment(source: string, edit: EnvironmentEdit): string {
  const text = `${source.replaceAll('\r\n', '\n').replace(/\n?$/, '')}\n`;
  const format = { lineWidth: 0, ...layout(text) };
  const document = parseDocument(text);
  const before = document.toString(format);
  const path = [
    ...(edit.stage === undefined ? [] : ['stages', edit.stage]),
    'functions',
    edit.function,
    'environment',
  ];
  const variables = Object.entries(edit.set ?? {});
  if (variables.length > 0) makeMaps(document, path);
  for (const [key, value] of variables) document.setIn([...path, key], value);
  for (const key of edit.unset ?? []) if (document.hasIn([...path, key])) document.deleteIn([...path, key]);
  const left = document.getIn(path);
  if (isMap(left) && left.items.length === 0) document.deleteIn(path);
  const after = document.toString(format);
  if (after === before) return source;
  const patched = patch(text, before, after);
  const same = JSON.stringify(parseDocument(patched).toJS()) === JSON.stringify(document.toJS());
  const edited = same ? patched : after;
  return source.includes('\r\n') ? edited.replaceAll('\n', '\r\n') : edited;
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

/** Replaces the file in one step. */
export async function writeConfig(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, text);
  await rename(temporary, file);
}

/** Makes every place along the path a map; what is empty becomes one. */
function makeMaps(document: Document, path: readonly string[]): void {
  for (let length = 1; length <= path.length; length++) {
    const place = path.slice(0, length);
    const node = document.getIn(place, true);
    if (isMap(node)) continue;
    if (node !== undefined && !(isScalar(node) && node.value === null)) {
      throw badInput(`${place.join('.')} is not a map of its own, so that it cannot be edited here`, {
        next: 'change it in the file by hand, then run slsctl deploy',
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
