// An error of a local service for which the SDK has no class: a wire code, a status and a text.
export class ServiceError extends Error {
  /** The code on the wire: `ValidationError`, `AccessDeniedException`. */
  readonly code: string;
  /** The HTTP status. Below 500 the caller is at fault. */
  readonly status: number;
  /** Further fields of the error, for protocols that have a place for them. */
  readonly details: Readonly<Record<string, string>>;

  constructor(code: string, message: string, status = 400, details: Readonly<Record<string, string>> = {}) {
    super(message);
    this.details = details;
    this.name = code;
    this.code = code;
    this.status = status;
  }
}

/** Whether a service refused the request, as opposed to a failure of the service itself. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof ServiceError ? error.status < 500 : (error as { $fault?: string }).$fault === 'client';
