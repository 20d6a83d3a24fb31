// A heap whose items may become stale: they are skipped when they come up, and dropped when there are many.

export class Heap<T> {
  private items: T[] = [];
  private readonly before: (a: T, b: T) => boolean;
  private readonly isLive: (item: T) => boolean;
  private limit = 64;

  /** `before`: whether an item comes out before another one. `isLive`: whether it still counts. */
  constructor(before: (a: T, b: T) => boolean, isLive: (item: T) => boolean) {
    this.before = before;
    this.isLive = isLive;
  }

  push(item: T): void {
    if (this.items.length >= this.limit) this.compact();
    this.items.push(item);
    this.rise(this.items.length - 1);
  }

  /** The first live item; undefined: there is none. */
  peek(): T | undefined {
    for (;;) {
      const first = this.items[0];
      if (first === undefined || this.isLive(first)) return first;
      this.drop();
    }
  }

  /** Removes the first live item and returns it. */
  pop(): T | undefined {
    const first = this.peek();
    if (first !== undefined) this.drop();
    return first;
  }

  private compact(): void {
    this.items = this.items.filter(this.isLive);
    for (let at = (this.items.length >> 1) - 1; at >= 0; at--) this.sink(at);
    this.limit = Math.max(64, 2 * this.items.length);
  }

  private drop(): void {
    const last = this.items.pop();
    if (last === undefined || this.items.length === 0) return;
    this.items[0] = last;
    this.sink(0);
  }

  private rise(at: number): void {
    const { items } = this;
    const item = items[at] as T;
    let place = at;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.before(item, items[parent] as T)) break;
      items[place] = items[parent] as T;
      place = parent;
    }
    items[place] = item;
  }

  private sink(at: number): void {
    const { items } = this;
    const item = items[at] as T;
    let place = at;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && this.before(items[child + 1] as T, items[child] as T)) child++;
      if (!this.before(items[child] as T, item)) break;
      items[place] = items[child] as T;
      place = child;
    }
    items[place] = item;
  }
}
