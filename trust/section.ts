// A section of the trust suite: it tries a promise in many ways, and says how often the promise held.

/** `whole` for `npm run trust`; `short` for the tests, which take seconds. */
export type Size = 'whole' | 'short';

export interface Outcome {
  /** The figures in one line: `96 of 96 points converge`. */
  readonly figures: string;
  /** Each broken promise, in a sentence. */
  readonly broken: readonly string[];
}

/** `say` shows the progress. Rejects when the section itself cannot run. */
export type Section = (size: Size, say: (progress: string) => void) => Promise<Outcome>;
