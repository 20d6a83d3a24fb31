// The reason, for the user, why the local AWS cannot start.
export class StartError extends Error {
  /** What the user can do about it. */
  readonly next?: string;
  /** `EADDRINUSE`, `ELOCKED`: for the program that started the local AWS. */
  readonly code?: string;

  constructor(message: string, { next, code }: { next?: string; code?: string } = {}) {
    super(message);
    this.name = 'StartError';
    this.next = next;
    this.code = code;
  }
}
