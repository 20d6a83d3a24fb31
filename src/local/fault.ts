// An error of a local service that the SDK models no class for: a wire code, a status and a text.
export class ServiceFault extends Error {
  /** The code on the wire: `ValidationError`, `AccessDeniedException`. */
  readonly code: string;
  /** The HTTP status; below 500 it is the caller's fault. */
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}
