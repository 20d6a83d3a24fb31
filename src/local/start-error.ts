// Why the local AWS cannot start, as the user is told it.
export class StartError extends Error {
  /** What to do about it. */
  readonly next?: string;
  /** `EADDRINUSE`, `ELOCKED`: for the program that started it. */
  readonly code?: string;

  constructor(message: string, { next, code }: { next?: string; code?: string } = {}) {
    super(message);
    this.name = 'StartError';
    this.next = next;
    this.code = code;
  }
}
