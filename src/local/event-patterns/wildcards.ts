// Wildcard patterns: `*` stands for any characters, `\*` and `\\` for themselves.
import { PatternError } from './pattern-error.ts';

const star = Symbol('*');
/** The bytes of the pattern with the quotes around it, as event-ruler sees strings. */
export type Wildcard = readonly (number | typeof star)[];

const [asterisk, backslash] = [0x2a, 0x5c];

/** @throws PatternError without a place in the text */
export function parseWildcard(text: string): Wildcard {
  const bytes = quoted(text);
  const parts: (number | typeof star)[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    const next = bytes[at + 1];
    if (byte === asterisk) {
      if (next === asterisk) throw new PatternError(`Consecutive wildcard characters at pos ${at}`);
      parts.push(star);
    } else if (byte === backslash) {
      if (next !== asterisk && next !== backslash) {
        throw new PatternError(`Invalid escape character at pos ${at}`);
      }
      parts.push(next);
      at++;
    } else parts.push(byte);
  }
  return parts;
}

export function matchesWildcard(wildcard: Wildcard, text: string): boolean {
  const bytes = quoted(text);
  let at = 0;
  let part = 0;
  /** Where to go on when a later part does not fit: after the latest star. */
  let retry: { part: number; at: number } | undefined;
  while (at < bytes.length) {
    if (wildcard[part] === star) {
      part++;
      retry = { part, at };
    } else if (wildcard[part] === bytes[at]) {
      part++;
      at++;
    } else if (retry) {
      retry.at++;
      ({ part, at } = retry);
    } else return false;
  }
  return part === wildcard.length;
}

const quoted = (text: string): Buffer => Buffer.from(`"${text}"`);

/** EventBridge refuses a pattern from this number on. Taken from patterns that it accepts and refuses. */
const tooComplex = 10;
/** The search for the worst value ends here; a pattern that needs more is refused. */
const mostSteps = 5000;

/**
 * Whether some value exists for which too many beginnings of these wildcards match at once. Several wildcards can
 * belong to one match (`anything-but`), and beginnings that they share then count once.
 * https://github.com/aws/event-ruler/blob/main/src/main/software/amazon/event/ruler/MachineComplexityEvaluator.java
 */
export function areTooComplex(matches: readonly (readonly Wildcard[])[]): boolean {
  if (matches.length === 0) return false;
  const automaton = new Automaton(matches);
  const seen = new Set<string>();
  const pending: (readonly number[])[] = [automaton.start];
  for (let states = pending.pop(); states; states = pending.pop()) {
    if (states.length >= tooComplex || seen.size > mostSteps) return true;
    for (const following of automaton.step(states)) {
      const key = following.join();
      if (seen.has(key)) continue;
      seen.add(key);
      pending.push(following);
    }
  }
  return false;
}

/** One state for each beginning of the wildcards of a match. */
class Automaton {
  readonly start: readonly number[];
  /** By state: the states that each byte leads to. A star's state leads to itself by every byte. */
  private readonly arrows: Map<number, number>[] = [];
  private readonly stars = new Set<number>();
  private readonly afterwards = new Map<number, number>();

  constructor(matches: readonly (readonly Wildcard[])[]) {
    this.start = matches.map((wildcards) => {
      const root = this.add();
      for (const wildcard of wildcards) {
        let state = root;
        for (const part of wildcard)
          state = part === star ? this.starAfter(state) : this.byteAfter(state, part);
      }
      return root;
    });
  }

  /** The sets of states that one more byte leads to. */
  *step(states: readonly number[]): Generator<readonly number[]> {
    const bytes = new Set(states.flatMap((state) => [...(this.arrows[state]?.keys() ?? [])]));
    const loops = states.filter((state) => this.stars.has(state));
    if (loops.length > 0) yield loops;
    for (const byte of bytes) {
      const reached = new Set(loops);
      for (const state of states) {
        const next = this.arrows[state]?.get(byte);
        if (next === undefined) continue;
        reached.add(next);
        const free = this.afterwards.get(next);
        if (free !== undefined) reached.add(free);
      }
      yield [...reached].sort((a, b) => a - b);
    }
  }

  private add(): number {
    return this.arrows.push(new Map()) - 1;
  }

  private byteAfter(state: number, byte: number): number {
    const next = this.arrows[state]?.get(byte) ?? this.add();
    this.arrows[state]?.set(byte, next);
    return next;
  }

  private starAfter(state: number): number {
    const next = this.afterwards.get(state) ?? this.add();
    this.afterwards.set(state, next);
    this.stars.add(next);
    return next;
  }
}
