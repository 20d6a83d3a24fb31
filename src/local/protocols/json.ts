// AWS JSON 1.0 and 1.1: the operation in X-Amz-Target, one JSON document each way. The SDKs for Java send CBOR in its
// place.
// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
import { cbor } from '@smithy/core/cbor';
import { ServiceError } from '../service-error.ts';
import type { Api } from './api.ts';
import { readCbor, writeCbor } from './cbor.ts';
import { eventStreamType, isEventStream, writeEvents } from './event-stream.ts';
import { errorMembers, fromJson, parseJson, rootObject, toJson } from './json-values.ts';
import { operationsOf } from './operations.ts';
import { type Members, missingMembers, type Protocol, type WireRequest } from './protocol.ts';
import { unreadable } from './scalars.ts';
import type { Shape, Structure } from './shapes.ts';

function streamOf(output: Shape): { name: string; shape: Structure } | undefined {
  if (output.kind !== 'structure') return undefined;
  for (const { name, shape } of output.members) if (isEventStream(shape)) return { name, shape };
  return undefined;
}

/** Shapes may contain themselves, so a document may be nested deeper than the stack. @throws ServiceError then */
function shallow<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw unreadable('The request is nested too deeply');
    throw error;
  }
}

export function jsonProtocol(
  {
    sdk,
    target: prefix,
    violation = 'ValidationException',
    checksRequired,
    errorType = (code) => code,
  }: Pick<Api, 'sdk' | 'target' | 'violation' | 'checksRequired' | 'errorType'>,
  version: '1.0' | '1.1',
): Protocol {
  const operations = operationsOf(sdk as object);
  const contentType = `application/x-amz-json-${version}`;
  const cborType = `application/x-amz-cbor-${version}`;
  const typeOf = ({ headers }: WireRequest) => headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  const speaksCbor = (request: WireRequest) => typeOf(request) === cborType;

  return {
    claims: ({ headers }) => headers['x-amz-target']?.startsWith(`${prefix}.`) ?? false,

    route(request) {
      const target = request.headers['x-amz-target'] ?? '';
      const operation = operations.get(target.slice(target.lastIndexOf('.') + 1));
      const spoken = typeOf(request);
      if (!operation || (spoken !== contentType && spoken !== cborType))
        throw new ServiceError('UnknownOperationException', `Unknown operation '${target}'`);
      return operation;
    },

    read(operation, request) {
      const document = speaksCbor(request) ? readCbor(request.body) : readJson(request.body);
      return shallow(() => {
        const input = (fromJson(operation.input, rootObject(document)) ?? {}) as Members;
        const missing = checksRequired ? undefined : missingMembers(operation.input, input);
        if (missing) throw new ServiceError(violation, missing);
        return input;
      });
    },

    write(operation, output, request) {
      const stream = streamOf(operation.output);
      if (stream) {
        const { [stream.name]: events, ...initial } = output;
        const first = toJson(operation.output, initial) as Members;
        const body = writeEvents(stream.shape, events as AsyncIterable<Members>, first);
        return { status: 200, headers: { 'content-type': eventStreamType }, body };
      }
      const unit = operation.output.kind === 'unit';
      if (speaksCbor(request)) {
        const body = unit ? '' : writeCbor(operation.output, output, milliseconds);
        return { status: 200, headers: { 'content-type': cborType }, body };
      }
      return {
        status: 200,
        headers: { 'content-type': contentType },
        body: unit ? '' : JSON.stringify(toJson(operation.output, output) ?? {}),
      };
    },

    writeError({ code, status, message, shape, members }, request) {
      const type = errorType(code);
      const body = { __type: type, ...(shape ? errorMembers(shape, message, members) : { message }) };
      const inCbor = speaksCbor(request);
      return {
        status,
        headers: {
          'content-type': inCbor ? cborType : contentType,
          'x-amzn-errortype': type.slice(type.indexOf('#') + 1),
        },
        body: inCbor ? cbor.serialize(body) : JSON.stringify(body),
      };
    },
  };
}

/** The unit of times in CBOR, in milliseconds: other than in JSON. */
const milliseconds = 1;

function readJson(body: Uint8Array): unknown {
  try {
    return parseJson(body);
  } catch (error) {
    if (error instanceof SyntaxError) throw unreadable(`The request is not JSON: ${error.message}`);
    throw error;
  }
}
