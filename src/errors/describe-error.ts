// Translates any thrown error for the user: what failed, why, what to do, and the exit code.
import { adviceFor } from './aws/advice.ts';
import type { Refusal } from './aws/refusal.ts';
import { serviceError } from './aws/service-failures.ts';
import { type Described, failed } from './described.ts';
import { systemAdvice } from './system/advice.ts';
import { exitCodes, Interrupted, UserError } from './user-error.ts';
import { lower, sentence } from './words.ts';

/** Never throws, and never shows a stack. `alone`: other calls that were denied are not named with it. */
export function describeError(error: unknown, { alone }: { alone?: boolean } = {}): Described {
  if (error instanceof UserError) {
    const { message, reason, next, exitCode } = error;
    return { message, reason, next, exitCode };
  }
  const fields = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const name = String(fields.name ?? '');
  if (name === 'AbortError' || fields.code === 'ABORT_ERR') {
    const { exitCode = exitCodes.interrupted, known } = error instanceof Interrupted ? error : {};
    if (known !== undefined) return { message: `interrupted: ${known}`, exitCode };
    return {
      message: 'interrupted',
      next: 'run the same command again: it continues where it was',
      exitCode,
    };
  }
  const refusal = { ...refusalOf(error, fields), denied: alone ? [] : deniedWith(fields) };
  const advice = adviceFor(refusal);
  if (advice) return advice(refusal);
  const system = systemAdvice(error);
  if (system) return system;
  // Only answers from AWS have metadata with a status.
  const status = (fields.$metadata as { httpStatusCode?: number } | undefined)?.httpStatusCode;
  if (status !== undefined) return serviceError(refusal, status);
  return failed(lower(refusal.text || name || 'an error without a message'));
}

/**
 * Which other calls would fail for the same reason. `call`: AWS has answered, and means this call only. `service`: the
 * service was not reached. `region`: it does not accept the credentials, as in a region that is not enabled. `run`: all.
 */
export type Scope = 'call' | 'service' | 'region' | 'run';

export function scopeOf(error: unknown): Scope {
  const { name, $metadata } = (error ?? {}) as Error & { $metadata?: { httpStatusCode?: number } };
  if (error instanceof UserError || name === 'AbortError') return 'run';
  if (describeError(error).exitCode === exitCodes.credentials) return 'region';
  if ($metadata?.httpStatusCode !== undefined) return 'call';
  return systemAdvice(error) ? 'service' : 'run';
}

function deniedWith({ apiDenied }: Record<string, unknown>): Refusal[] {
  if (!Array.isArray(apiDenied)) return [];
  return apiDenied.map((error) => refusalOf(error, error));
}

function refusalOf(error: unknown, fields: Record<string, unknown>): Refusal {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return {
    name: wireCode(String(fields.name ?? ''), fields),
    text: sentence(error instanceof Error ? error.message : String(error)),
    call: text(fields.apiCall),
    resource: text(fields.apiResource),
    limit: text(fields.Reason),
  };
}

/** The service's error code; if the SDK found none, the SDK's name for the error. */
function wireCode(name: string, fields: Record<string, unknown>): string {
  const code = name === 'Error' || name === '' ? (fields.Code ?? fields.code ?? name) : name;
  return String(code).replace(/^.*#/, '');
}
