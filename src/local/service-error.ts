// An error of a local service that the SDK models no class for: a wire code, a status and a text.
export class ServiceError extends Error {
  /** The code on the wire: `ValidationError`, `AccessDeniedException`. */
  readonly code: string;
  /** The HTTP status; below 500 it is the caller's fault. */
  readonly status: number;
  /** What else the error says, where the protocol has a place for it. */
  readonly details: Readonly<Record<string, string>>;

  constructor(code: string, message: string, status = 400, details: Readonly<Record<string, string>> = {}) {
    super(message);
    this.details = details;
    this.name = code;
    this.code = code;
    this.status = status;
  }
}

/** Whether a service refused what it was asked, as against a failure of its own. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof ServiceError ? error.status < 500 : (error as { $fault?: string }).$fault === 'client';
