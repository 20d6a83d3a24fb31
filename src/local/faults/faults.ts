// The faults that are set: which of them meet a request. They are in the store, so they survive a restart.
import { createHash } from 'node:crypto';
import type { Operation } from '../protocols/operations.ts';
import type { Service } from '../service.ts';
import type { Collection, Store } from '../store/store.ts';
import { answerOf } from './answers.ts';
import { checkedFault, type Fault, invalid, matches } from './fault.ts';

/** What happens to one request. */
export interface Met {
  /** Milliseconds before the operation. */
  readonly delay: number;
  /** The answer in place of the operation. */
  readonly error?: Error;
  /** The connection is dropped. */
  readonly cut?: 'before' | 'after';
}

export class Faults {
  private readonly records: Collection<Fault>;
  private readonly services: readonly Service[];
  /** By id; the store is read once, because every request looks here. */
  private readonly set: Map<number, Fault>;

  constructor(store: Store, services: readonly Service[]) {
    this.records = store.collection('faults');
    this.services = services;
    this.set = new Map([...this.records.entries()].map(([, fault]) => [fault.id, fault]));
  }

  get count(): number {
    return this.set.size;
  }

  list(): Fault[] {
    return [...this.set.values()];
  }

  /** @throws ServiceError InvalidFault */
  add(given: unknown): Fault {
    const settings = checkedFault(given, this.services);
    const id = Math.max(0, ...this.set.keys()) + 1;
    const fault = { ...settings, id, matched: 0, met: 0 };
    this.keep(fault);
    return fault;
  }

  /** Removes one, or all. Returns how many. @throws ServiceError InvalidFault when there is none with this id */
  clear(id?: number): number {
    const ids = id === undefined ? [...this.set.keys()] : [id];
    for (const one of ids) {
      if (!this.set.has(one)) {
        const there = [...this.set.keys()].join(', ');
        throw invalid(`there is no fault ${one}${there ? `; there are ${there}` : '; none is set'}`);
      }
      this.drop(one);
    }
    return ids.length;
  }

  /** What happens to this request; undefined: nothing. Each fault that matches counts the request. */
  meet(service: Service, operation: Operation): Met | undefined {
    let met: Met | undefined;
    for (const fault of [...this.set.values()]) {
      if (!matches(fault.operation, service.name, operation)) continue;
      const hit = hits(fault);
      this.counted(fault, hit);
      if (!hit) continue;
      const { kind, delay = 0 } = fault;
      if (kind === 'slow') met = { ...met, delay: (met?.delay ?? 0) + delay };
      else if (!met?.cut && !met?.error) {
        const before = met?.delay ?? 0;
        if (kind === 'cut-before') met = { delay: before, cut: 'before' };
        else if (kind === 'cut-after') met = { delay: before, cut: 'after' };
        else met = { delay: before, error: answerOf(kind, service) };
      }
    }
    return met;
  }

  private counted(fault: Fault, hit: boolean): void {
    const next = { ...fault, matched: fault.matched + 1, met: fault.met + (hit ? 1 : 0) };
    const usedUp = next.nth !== undefined ? next.matched >= next.nth : next.met === next.count;
    if (usedUp) this.drop(next.id);
    else this.keep(next);
  }

  private keep(fault: Fault): void {
    this.set.set(fault.id, fault);
    this.records.put(keyOf(fault.id), fault);
  }

  private drop(id: number): void {
    this.set.delete(id);
    this.records.remove(keyOf(id));
  }
}

/** Keys are ordered as texts. */
const keyOf = (id: number) => String(id).padStart(9, '0');

/** Whether the next request that matches is met. */
function hits({ nth, share, seed = 1, matched }: Fault): boolean {
  if (nth !== undefined) return matched + 1 === nth;
  if (share === undefined) return true;
  const draw = createHash('sha256').update(`${seed} ${matched}`).digest().readUInt32BE() / 2 ** 32;
  return draw < share;
}
