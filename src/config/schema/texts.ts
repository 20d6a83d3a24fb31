// Finds the literals of slsctl.yml (numbers, true, false) that stand where a field takes text.
import * as z from 'zod';
import { placeKey } from '../paths.ts';
import type { Literal } from '../text/yaml.ts';
import { maps, schemasAt } from './file.ts';

/**
 * Keys of their places. A field for text takes a number as it is written: `010` stays `010`. It takes true, false and
 * .inf only where users choose names and values themselves: elsewhere they are a mistake (`bucket: false`).
 */
export function textsAmong(literals: readonly Literal[]): string[] {
  return literals.filter(isForText).map(({ path }) => placeKey(path));
}

function isForText({ path, text, value }: Literal): boolean {
  if (value === null) return false;
  const kinds = schemasAt(path).flatMap(maps);
  // Where any value may stand (an IAM statement), a number that JSON would write in another way is text: an account.
  if (kinds.some((kind) => kind instanceof z.ZodUnknown)) {
    return typeof value === 'number' && String(value) !== text;
  }
  return takesText(path) && (Number.isFinite(value) || isEntry(path));
}

export function takesText(path: readonly PropertyKey[]): boolean {
  return schemasAt(path)
    .flatMap(maps)
    .some((kind) => kind instanceof z.ZodString);
}

/** Whether the path leads to an entry of a map whose keys users choose: a variable or a tag. */
export function isEntry(path: readonly PropertyKey[]): boolean {
  return schemasAt(path.slice(0, -1))
    .flatMap(maps)
    .some((kind) => kind instanceof z.ZodRecord);
}
