// An error that stands: the SDK shall not make the same request once more.

/** Wraps an error on its way through the SDK's attempts. Not as a `cause`, where the SDK would look for a hitch. */
export class Final extends Error {
  readonly error: unknown;

  constructor(error: unknown) {
    super('final');
    this.error = error;
  }
}
