// The functions that Step Functions adds to JSONata.
// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-step-functions
import { createHash, randomUUID } from 'node:crypto';
import type { Json } from '../json.ts';

interface Added {
  readonly name: string;
  readonly signature?: string;
  // biome-ignore lint/suspicious/noExplicitAny: JSONata checks the arguments by the signature
  run(...args: any[]): unknown;
}

const algorithms = ['MD5', 'SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'];

export const functions: readonly Added[] = [
  {
    name: 'partition',
    signature: '<an:a>',
    run(items: readonly Json[], size: number) {
      const length = Math.floor(size);
      if (length < 1) throw new Error('The chunk size must be a positive number');
      return Array.from({ length: Math.ceil(items.length / length) }, (_, index) =>
        items.slice(index * length, (index + 1) * length),
      );
    },
  },
  {
    name: 'range',
    signature: '<nnn:a>',
    run(first: number, last: number, step: number) {
      if (step === 0) throw new Error('The increment must not be zero');
      const count = Math.max(0, Math.floor((last - first) / step) + 1);
      if (count > 1000) throw new Error('The range has more than 1000 items');
      const items = Array.from({ length: count }, (_, index) => first + index * step);
      // JSONata takes a sequence of one item for the item.
      return Object.defineProperty(items, 'sequence', { value: true });
    },
  },
  {
    name: 'hash',
    signature: '<ss:s>',
    run(data: string, algorithm: string) {
      if (!algorithms.includes(algorithm)) throw new Error(`The algorithm ${algorithm} is not supported`);
      return createHash(algorithm.toLowerCase().replace('sha-', 'sha')).update(data).digest('hex');
    },
  },
  {
    name: 'random',
    signature: '<n?:n>',
    run(seed: number | undefined) {
      if (seed === undefined) return Math.random();
      return createHash('sha256').update(String(seed)).digest().readUInt32BE() / 2 ** 32;
    },
  },
  { name: 'uuid', signature: '<:s>', run: () => randomUUID() },
  { name: 'parse', signature: '<s:x>', run: (text: string) => JSON.parse(text) as unknown },
  {
    name: 'eval',
    run() {
      throw new Error('$eval is not supported');
    },
  },
];
