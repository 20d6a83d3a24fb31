// Items as an index shows them.
import { pick } from '../expressions/paths.ts';
import type { IndexRecord, TableRecord } from '../state.ts';
import type { Item } from '../values/value.ts';
import { namesOf } from './checks.ts';

/** The attributes that identify an item in the index, or in the table without an index. */
export const keyNames = (table: TableRecord, index: IndexRecord | undefined): Set<string> =>
  new Set([...namesOf(table.keys), ...(index ? namesOf(index.keys) : [])]);

/** The attributes in the index; undefined when it has all. */
export function projected(table: TableRecord, index: IndexRecord): Set<string> | undefined {
  const { type, attributes } = index.projection;
  if (type === 'ALL') return undefined;
  return new Set([...keyNames(table, index), ...(type === 'INCLUDE' ? attributes : [])]);
}

export function inIndex(table: TableRecord, index: IndexRecord, item: Item): Item {
  const names = projected(table, index);
  return names
    ? pick(
        item,
        Object.keys(item).filter((name) => names.has(name)),
      )
    : item;
}
