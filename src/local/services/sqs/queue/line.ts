// A first-in, first-out line. Taking from the front costs the same however long it is.

export class Line<T> {
  private items: T[] = [];
  private head = 0;
  /** How many items have left the line. */
  private shifted = 0;

  push(item: T): void {
    this.items.push(item);
  }

  first(): T | undefined {
    return this.items[this.head];
  }

  shift(): void {
    this.head++;
    this.shifted++;
    if (this.head < 32 || 2 * this.head < this.items.length) return;
    this.items = this.items.slice(this.head);
    this.head = 0;
  }

  get length(): number {
    return this.items.length - this.head;
  }

  /** From the front. The line may be shifted meanwhile. */
  *[Symbol.iterator](): Generator<T> {
    for (let place = this.shifted; ; place++) {
      place = Math.max(place, this.shifted);
      const at = place - this.shifted + this.head;
      if (at >= this.items.length) return;
      yield this.items[at] as T;
    }
  }
}
