// The capacity that requests consume, as answers show it.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
import type { Capacity, ConsumedCapacity } from '@aws-sdk/client-dynamodb';
import type { IndexRecord, TableRecord } from '../state.ts';
import { entryKey } from '../values/keys.ts';
import { type Item, sameItem, sizeOfItem } from '../values/value.ts';
import type { Change } from './changes.ts';
import { inIndex } from './view.ts';

/** Units of capacity, by table. */
export class Usage {
  private readonly tables = new Map<TableRecord, { own: number; indexes: Map<IndexRecord, number> }>();
  private readonly kind: 'read' | 'write';
  private readonly transactional: boolean;

  constructor(kind: 'read' | 'write', transactional = false) {
    this.kind = kind;
    this.transactional = transactional;
  }

  private of(table: TableRecord) {
    const known = this.tables.get(table) ?? { own: 0, indexes: new Map<IndexRecord, number>() };
    this.tables.set(table, known);
    return known;
  }

  /** Counts what was read at once. */
  read(table: TableRecord, bytes: number, consistent: boolean | undefined, index?: IndexRecord): void {
    const units = Math.max(Math.ceil(bytes / 4096), 1) * (this.transactional ? 2 : consistent ? 1 : 0.5);
    const of = this.of(table);
    if (index) of.indexes.set(index, (of.indexes.get(index) ?? 0) + units);
    else of.own += units;
  }

  write({ table, key, before, after }: Change): void {
    const factor = this.transactional ? 2 : 1;
    const of = this.of(table);
    of.own += factor * Math.max(kilobytes(before), kilobytes(after), 1);
    for (const index of table.indexes) {
      const units = factor * writesOf(table, index, key, before, after);
      if (units > 0) of.indexes.set(index, (of.indexes.get(index) ?? 0) + units);
    }
  }

  /** The members of the answer; none unless the request wants them. */
  shown(wanted: string | undefined): ConsumedCapacity[] {
    if (wanted !== 'TOTAL' && wanted !== 'INDEXES') return [];
    return [...this.tables].map(([table, { own, indexes }]) => {
      const all = own + [...indexes.values()].reduce((sum, one) => sum + one, 0);
      const shown: ConsumedCapacity = { TableName: table.name, ...this.units(all) };
      if (wanted === 'TOTAL') return shown;
      return {
        ...shown,
        Table: this.units(own),
        ...this.byName('LocalSecondaryIndexes', indexes, false),
        ...this.byName('GlobalSecondaryIndexes', indexes, true),
      };
    });
  }

  private units(count: number): Capacity {
    if (!this.transactional) return { CapacityUnits: count };
    const own = this.kind === 'read' ? { ReadCapacityUnits: count } : { WriteCapacityUnits: count };
    return { CapacityUnits: count, ...own };
  }

  private byName(member: string, indexes: ReadonlyMap<IndexRecord, number>, global: boolean) {
    const own = [...indexes].filter(([index]) => index.global === global);
    if (own.length === 0) return {};
    return { [member]: Object.fromEntries(own.map(([{ name }, count]) => [name, this.units(count)])) };
  }
}

const kilobytes = (item: Item | undefined): number => (item ? Math.ceil(sizeOfItem(item) / 1024) : 0);

function writesOf(table: TableRecord, index: IndexRecord, key: string, before?: Item, after?: Item): number {
  const [old, now] = [before, after].map((item) => item && entryKey(index.id, index.keys, item, key));
  const shownOld = old === undefined ? undefined : inIndex(table, index, before as Item);
  const shownNow = now === undefined ? undefined : inIndex(table, index, after as Item);
  if (old === now) {
    if (!shownOld || !shownNow || sameItem(shownOld, shownNow)) return 0;
    return Math.max(kilobytes(shownOld), kilobytes(shownNow));
  }
  return kilobytes(shownOld) + kilobytes(shownNow);
}
