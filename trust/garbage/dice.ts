// Chance that can be repeated: numbers, choices, bytes and texts from a seed.
import { chance } from '../work.ts';

export class Dice {
  private readonly next: () => number;

  constructor(seed: number) {
    this.next = chance(seed);
  }

  /** A whole number from 0 up to, but not including, the limit. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  among<T>(some: readonly T[]): T {
    return some[this.below(some.length)] as T;
  }

  /** undefined when there is nothing to choose from. */
  amongSome<T>(some: readonly T[]): T | undefined {
    return some.length > 0 ? this.among(some) : undefined;
  }

  /** At most so many. */
  bytes(limit: number): Buffer {
    return Buffer.from(Array.from({ length: this.below(limit + 1) }, () => this.below(256)));
  }

  /** Letters only. */
  word(length: number): string {
    return Array.from({ length }, () => String.fromCharCode(97 + this.below(26))).join('');
  }

  /** Any characters of Unicode, at most so many. */
  text(limit: number): string {
    const character = () => {
      const code = this.among([this.below(128), this.below(0xd800), 0xe000 + this.below(0x110000 - 0xe000)]);
      return String.fromCodePoint(code);
    };
    return Array.from({ length: this.below(limit + 1) }, character).join('');
  }
}
