// The interface of a wire protocol: find the operation, read its input, write answers and errors.
import { ServiceError } from '../service-error.ts';
import type { Operation } from './operations.ts';
import { type Shape, type Structure, shapeOf, type Traits } from './shapes.ts';

export interface WireRequest {
  readonly method: string;
  /** The path as it was sent, still percent-encoded. */
  readonly path: string;
  /** The text after the question mark, still percent-encoded. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** The body as a stream, when the operation reads it so; `body` is empty then. */
  readonly payload?: AsyncIterable<Uint8Array>;
}

export type HeaderLine = readonly [name: string, value: string];

export interface WireAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** Headers beside `headers` that may occur several times, name and value: Set-Cookie. */
  readonly repeated?: readonly HeaderLine[];
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array>;
}

export type Members = Record<string, unknown>;

export interface Protocol {
  /** Whether an unsigned request shows by its form that it is for this service. */
  claims(request: WireRequest): boolean;
  /** @throws ServiceError when the request names no operation of the service. */
  route(request: WireRequest): Operation;
  /** Whether the operation reads its body as a stream of any size. Absent: no operation does. */
  streams?(operation: Operation): boolean;
  /** @throws ServiceError when the request cannot be read, or a required member is missing. */
  read(operation: Operation, request: WireRequest): Members;
  write(operation: Operation, output: Members, request: WireRequest, requestId: string): WireAnswer;
  writeError(problem: Problem, request: WireRequest, requestId: string): WireAnswer;
}

/** An error on its way to the wire. */
export interface Problem {
  readonly code: string;
  readonly status: number;
  readonly fault: 'client' | 'server';
  readonly message: string;
  /** The shape of a modelled error; `members` are the fields of the error object. */
  readonly shape: Structure | undefined;
  readonly members: Members;
}

interface ThrownService {
  name?: string;
  message?: string;
  $fault?: 'client' | 'server';
  $metadata?: { httpStatusCode?: number };
}

/**
 * Turns an error that a handler threw into a wire error. A modelled error takes status and code from the SDK's schema
 * (400 when the schema has no status). A ServiceError and an unmodelled SDK exception carry their own. Any other error
 * is a 500.
 */
export function problemOf(thrown: unknown, sdk: object): Problem {
  if (thrown instanceof ServiceError) {
    const fault = thrown.status < 500 ? 'client' : 'server';
    const { code, status, message, details } = thrown;
    return { code, status, fault, message, shape: undefined, members: details };
  }
  const error = (thrown ?? {}) as ThrownService & Members;
  const name = error.name ?? 'InternalFailure';
  const schema = (sdk as Members)[`${name}$`];
  const shape: Shape | undefined = Array.isArray(schema) && schema[0] === -3 ? shapeOf(schema) : undefined;
  if (shape?.kind === 'structure' && shape.traits.error) {
    const traits: Traits = shape.traits;
    return {
      code: name,
      status: traits.httpError ?? (traits.error === 'server' ? 500 : 400),
      fault: traits.error ?? 'client',
      message: error.message ?? '',
      shape,
      members: error,
    };
  }
  if (error.$fault) {
    const status = error.$metadata?.httpStatusCode ?? (error.$fault === 'server' ? 500 : 400);
    return {
      code: name,
      status,
      fault: error.$fault,
      message: error.message ?? '',
      shape: undefined,
      members: {},
    };
  }
  const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return {
    code: 'InternalFailure',
    status: 500,
    fault: 'server',
    message: `The local AWS failed: ${message}`,
    shape: undefined,
    members: {},
  };
}

/** AWS's message for missing required members; undefined when none is missing. */
export function missingMembers(shape: Shape, input: unknown): string | undefined {
  const places: string[] = [];
  collectMissing(shape, input, '', places);
  if (places.length === 0) return undefined;
  const count = places.length === 1 ? '1 validation error' : `${places.length} validation errors`;
  const errors = places.map(
    (place) => `Value null at '${place}' failed to satisfy constraint: Member must not be null`,
  );
  return `${count} detected: ${errors.join('; ')}`;
}

function collectMissing(shape: Shape, value: unknown, place: string, places: string[]): void {
  if (value === undefined || value === null) return;
  if (shape.kind === 'structure') {
    for (const member of shape.members) {
      const inner = (value as Members)[member.name];
      const name = member.name.charAt(0).toLowerCase() + member.name.slice(1);
      const path = place === '' ? name : `${place}.${name}`;
      if (inner === undefined || inner === null) {
        if (member.required) places.push(path);
      } else collectMissing(member.shape, inner, path, places);
    }
  } else if (shape.kind === 'list') {
    (value as unknown[]).forEach((item, index) => {
      const path = `${place}.${index + 1}.member`;
      if (item === undefined || item === null) places.push(path);
      else collectMissing(shape.item.shape, item, path, places);
    });
  } else if (shape.kind === 'map') {
    for (const [key, item] of Object.entries(value)) {
      collectMissing(shape.value.shape, item, `${place}.${key}.member`, places);
    }
  }
}
