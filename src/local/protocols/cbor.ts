// Smithy RPC v2 CBOR: the operation in the path, one CBOR document each way.
// https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
import { cbor, tag } from '@smithy/core/cbor';
import { ServiceError } from '../service-error.ts';
import type { Api } from './api.ts';
import { errorMembers, fromJson, rootObject, toJson } from './json-values.ts';
import { operationsOf } from './operations.ts';
import { type Members, missingMembers, type Protocol } from './protocol.ts';
import { unreadable } from './scalars.ts';
import type { Shape } from './shapes.ts';

/** CBOR's tag for a number of seconds since 1970. */
const epochSeconds = 1;
/** The first three bits of a CBOR map. */
const map = 5;
const headers = () => ({ 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' });

export function cborProtocol({
  sdk,
  target,
  checksRequired,
  errorType = (code) => code,
}: Pick<Api, 'sdk' | 'target' | 'checksRequired' | 'errorType'>): Protocol {
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
      const input = (fromJson(operation.input, rootObject(readCbor(body))) ?? {}) as Members;
      const missing = checksRequired ? undefined : missingMembers(operation.input, input);
      if (missing) throw new ServiceError('ValidationException', missing);
      return input;
    },

    write(operation, output) {
      return { status: 200, headers: headers(), body: writeCbor(operation.output, output) };
    },

    writeError({ code, status, message, shape, members }) {
      const body = shape ? errorMembers(shape, message, members) : { message };
      return { status, headers: headers(), body: cbor.serialize({ __type: errorType(code), ...body }) };
    },
  };
}

/** The document of a request, in which bytes are base64 and times are seconds. @throws ServiceError */
export function readCbor(body: Buffer): unknown {
  if (body[0] !== undefined && body[0] >> 5 !== map) throw unreadable('The request is not a map of CBOR');
  try {
    if (body.length > 0 && itemEnd(body, 0) !== body.length) throw new Error('something follows the map');
    return body.length === 0 ? {} : plain(cbor.deserialize(body));
  } catch (error) {
    throw unreadable(`The request is not CBOR: ${(error as Error).message}`);
  }
}

/** `timeUnit`: the number of milliseconds in a unit of its times. */
export function writeCbor(shape: Shape, output: unknown, timeUnit = 1000): Uint8Array {
  return cbor.serialize(toCbor(shape, output, timeUnit) ?? {});
}

/** Later than any time in seconds, and earlier than any time in milliseconds that occurs. */
const mostSeconds = 1e11;

const indefinite = 31;
const stop = 0xff;

/**
 * Where the item that begins here ends; the decoder itself does not look behind it.
 * @throws Error when it is not complete
 */
function itemEnd(bytes: Buffer, at: number, depth = 0): number {
  const first = bytes[at];
  if (first === undefined || depth > 100) throw new Error('it is cut or too deep');
  const [major, short] = [first >> 5, first & 31];
  let next = at + 1;
  let count = short;
  if (short >= 24 && short <= 27) {
    const size = 2 ** (short - 24);
    if (next + size > bytes.length) throw new Error('it is cut');
    count = size === 8 ? Number(bytes.readBigUInt64BE(next)) : bytes.readUIntBE(next, size);
    next += size;
  } else if (short > 27 && short !== indefinite) throw new Error('a length is not valid');
  const hasBytes = major === 2 || major === 3;
  const isContainer = major === 4 || major === 5;
  if (short === indefinite) {
    if (!hasBytes && !isContainer) throw new Error('a length is not valid');
    while (bytes[next] !== stop) next = itemEnd(bytes, next, depth + 1);
    return next + 1;
  }
  if (hasBytes) next += count;
  const inner = isContainer ? count * (major - 3) : major === 6 ? 1 : 0;
  for (let index = 0; index < inner; index++) next = itemEnd(bytes, next, depth + 1);
  if (next > bytes.length) throw new Error('it is cut');
  return next;
}

/** The value as JSON represents it: times are numbers, bytes are base64. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  const { tag: kind, value: tagged } = value as { tag?: unknown; value?: unknown };
  if (kind === epochSeconds) {
    const time = Number(plain(tagged));
    // The SDKs for Java send milliseconds.
    return time > mostSeconds ? time / 1000 : time;
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

function toCbor(shape: Shape, value: unknown, timeUnit: number): unknown {
  if (value === undefined || value === null) return undefined;
  switch (shape.kind) {
    case 'structure': {
      const entries = shape.members.map(({ name, shape: inner }) => [
        name,
        toCbor(inner, (value as Members)[name], timeUnit),
      ]);
      return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
    }
    case 'list':
      return Array.from(
        value as Iterable<unknown>,
        (item) => toCbor(shape.item.shape, item, timeUnit) ?? null,
      );
    case 'map':
      return Object.fromEntries(
        Object.entries(value as Members).map(([key, item]) => [
          key,
          toCbor(shape.value.shape, item, timeUnit) ?? null,
        ]),
      );
    case 'timestamp':
      return tag({ tag: epochSeconds, value: (value as Date).getTime() / timeUnit });
    case 'blob':
      return value;
    default:
      return toJson(shape, value);
  }
}
