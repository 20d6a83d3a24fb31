// Smithy RPC v2 CBOR: the operation in the path, one CBOR document each way.
// https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
import { cbor, tag } from '@smithy/core/cbor';
import { ServiceError } from '../service-error.ts';
import type { Api } from './api.ts';
import { errorMembers, fromJson, toJson } from './json-values.ts';
import { operationsOf } from './operations.ts';
import { type Members, missingMembers, type Protocol } from './protocol.ts';
import { unreadable } from './scalars.ts';
import type { Shape } from './shapes.ts';

/** CBOR's tag for a number of seconds since 1970. */
const epochSeconds = 1;
/** The first three bits of a CBOR map. */
const map = 5;
const headers = () => ({ 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' });

export function cborProtocol({ sdk, target }: Pick<Api, 'sdk' | 'target'>): Protocol {
  const operations = operationsOf(sdk as object);
  return {
    claims: ({ path }) => path.startsWith(`/service/${target}/`),

    route({ path }) {
      const name = /^\/service\/[^/]+\/operation\/([^/]+)$/.exec(path)?.[1] ?? '';
      const operation = operations.get(name);
      if (operation) return operation;
      throw new ServiceError('UnknownOperationException', `Unknown operation '${path}'`);
    },

    read(operation, { body }) {
      let document: unknown;
      if (body[0] !== undefined && body[0] >> 5 !== map) throw unreadable('The request is not a map of CBOR');
      try {
        document = body.length === 0 ? {} : plain(cbor.deserialize(body));
      } catch (error) {
        throw unreadable(`The request is not CBOR: ${(error as Error).message}`);
      }
      const input = (fromJson(operation.input, document) ?? {}) as Members;
      const missing = missingMembers(operation.input, input);
      if (missing) throw new ServiceError('ValidationException', missing);
      return input;
    },

    write(operation, output) {
      const document = toCbor(operation.output, output) ?? {};
      return { status: 200, headers: headers(), body: cbor.serialize(document) };
    },

    writeError({ code, status, message, shape, members }) {
      const body = shape ? errorMembers(shape, message, members) : { message };
      return { status, headers: headers(), body: cbor.serialize({ __type: code, ...body }) };
    },
  };
}

/** The value as JSON represents it: times are numbers, bytes are base64. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  const { tag: kind, value: tagged } = value as { tag?: unknown; value?: unknown };
  if (kind === epochSeconds) return plain(tagged);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

function toCbor(shape: Shape, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  switch (shape.kind) {
    case 'structure': {
      const entries = shape.members.map(({ name, shape: inner }) => [
        name,
        toCbor(inner, (value as Members)[name]),
      ]);
      return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
    }
    case 'list':
      return Array.from(value as Iterable<unknown>, (item) => toCbor(shape.item.shape, item) ?? null);
    case 'map':
      return Object.fromEntries(
        Object.entries(value as Members).map(([key, item]) => [key, toCbor(shape.value.shape, item) ?? null]),
      );
    case 'timestamp':
      return tag({ tag: epochSeconds, value: (value as Date).getTime() / 1000 });
    case 'blob':
      return value;
    default:
      return toJson(shape, value);
  }
}
