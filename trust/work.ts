// How a section works through its cases: samples of them, side by side, with chance that can be repeated.

/** Works on all items, on a few at a time. Each call gets the number of its worker. */
export async function sideBySide<T>(
  items: readonly T[],
  workers: number,
  work: (item: T, index: number, worker: number) => Promise<void>,
): Promise<void> {
  const left = items.entries();
  const worker = async (_: unknown, number: number) => {
    for (const [index, item] of left) await work(item, index, number);
  };
  await Promise.all(Array.from({ length: workers }, worker));
}

/** So many of the items, evenly spread. */
export function sample<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)] as T);
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
