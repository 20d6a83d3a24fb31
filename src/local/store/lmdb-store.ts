// The Store over LMDB. Writes are collected until the end of the turn and committed in one transaction.
import { existsSync } from 'node:fs';
import { type Database, open, type RootDatabase } from 'lmdb';
import { StartError } from '../start-error.ts';
import type { Collection, Store } from './store.ts';

const format = 'slsctl-local-2';
const removed = Symbol('removed');

/** LMDB takes no longer keys, in bytes; a range ends with one more character than its prefix. */
const longestKey = 1978;
const afterAll = '\u{10ffff}';
const longestPrefix = longestKey - Buffer.byteLength(afterAll);
const isLonger = (key: string, limit: number) => key.length * 3 > limit && Buffer.byteLength(key) > limit;

interface Part {
  db: Database<unknown, string>;
  pending: Map<string, unknown>;
}

/**
 * Opens the store in this folder, or creates it. Committed data survives any end of the process.
 * @throws StartError when the folder contains something else
 */
export function openStore(folder: string): Store {
  const fresh = !existsSync(folder);
  let root: RootDatabase<unknown, string>;
  try {
    // Not flushed at each commit: committed data survives the end of this process, but not a power cut.
    root = open<unknown, string>({ path: folder, maxDbs: 400, noSync: true });
    const marker = root.get('format');
    if (marker === undefined && (fresh || isEmpty(root))) root.putSync('format', format);
    else if (marker !== format) throw new Error(`its format is ${JSON.stringify(marker)}, not ${format}`);
  } catch (cause) {
    throw new StartError(
      `the store of the local AWS cannot be read: ${folder} (${(cause as Error).message})`,
      {
        next: 'slsctl local reset deletes its data and creates a new store',
      },
    );
  }
  return new LmdbStore(root);
}

function isEmpty(root: RootDatabase<unknown, string>): boolean {
  return root.getKeysCount({ limit: 1 }) === 0;
}

/** A start that LMDB takes. All keys are shorter than one that it does not take, so they lie before it or after it. */
function fitting(start: string): string {
  if (!isLonger(start, longestKey)) return start;
  const cut = Buffer.from(start).subarray(0, longestPrefix).toString();
  return cut.replace(/\ufffd+$/, '') + afterAll;
}

class LmdbStore implements Store {
  private readonly root: RootDatabase<unknown, string>;
  private readonly parts = new Map<string, Part>();
  private scheduled: NodeJS.Immediate | undefined;

  constructor(root: RootDatabase<unknown, string>) {
    this.root = root;
  }

  collection<T>(name: string): Collection<T> {
    let part = this.parts.get(name);
    if (!part) {
      part = { db: this.root.openDB<unknown, string>({ name }), pending: new Map() };
      this.parts.set(name, part);
    }
    const { db, pending } = part;
    const write = (key: string, value: unknown) => {
      // Refused here, so that it does not break the transaction of other writes.
      if (isLonger(key, longestPrefix))
        throw new Error(`a key of ${name} has ${Buffer.byteLength(key)} bytes`);
      pending.set(key, value);
      this.scheduled ??= setImmediate(() => this.commit());
    };
    const commit = () => this.commit();
    return {
      get(key) {
        if (isLonger(key, longestPrefix)) return undefined;
        if (!pending.has(key)) return db.get(key) as T | undefined;
        const value = pending.get(key);
        return value === removed ? undefined : (value as T);
      },
      put: (key, value) => write(key, value),
      remove(key) {
        if (!isLonger(key, longestPrefix)) write(key, removed);
      },
      *entries(prefix = '', { start, reverse = false, limit } = {}) {
        commit();
        if (isLonger(prefix, longestPrefix)) return;
        const first = prefix;
        const end = prefix + afterAll;
        const from = start === undefined ? undefined : fitting(start);
        const range = reverse
          ? { start: from ?? end, end: first, reverse, limit }
          : { start: from ?? first, end, limit };
        for (const { key, value } of db.getRange(range)) {
          if (key.startsWith(prefix)) yield [key, value as T];
        }
      },
    };
  }

  private commit(): void {
    if (!this.scheduled) return;
    clearImmediate(this.scheduled);
    this.scheduled = undefined;
    this.root.transactionSync(() => {
      for (const { db, pending } of this.parts.values()) {
        for (const [key, value] of pending) {
          if (value === removed) db.removeSync(key);
          else db.putSync(key, value);
        }
      }
    });
    for (const { pending } of this.parts.values()) pending.clear();
  }

  async committed(): Promise<void> {
    this.commit();
  }

  async close(): Promise<void> {
    this.commit();
    await this.root.flushed;
    await this.root.close();
  }
}
