// AWS REST-JSON: the operation is in method and path, the members are in path, query, headers and one JSON document.
// https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
import { ServiceError } from '../service-error.ts';
import type { Api } from './api.ts';
import { eventStreamType, isEventStream, writeEvents } from './event-stream.ts';
import { readPrefixed, readQuery, readScalar, writeScalar } from './http-bindings.ts';
import {
  errorMembers,
  fromJson,
  parseJson,
  readMembers,
  rootObject,
  toJson,
  writeMembers,
} from './json-values.ts';
import type { Operation } from './operations.ts';
import { type Members, missingMembers, type Protocol, type WireRequest } from './protocol.ts';
import { Routes } from './routes.ts';
import { readPairs, readText } from './scalars.ts';
import type { Member, Shape } from './shapes.ts';

export function restJsonProtocol({ sdk }: Pick<Api, 'sdk'>): Protocol {
  const routes = new Routes(sdk as object);

  return {
    claims(request) {
      try {
        return routes.find(request) !== undefined;
      } catch {
        return false;
      }
    },

    route(request) {
      const operation = routes.find(request);
      if (operation) return operation;
      throw new ServiceError(
        'AccessDeniedException',
        'Unable to determine service/operation name to be authorized',
        403,
      );
    },

    read(operation, request) {
      const input: Members = {};
      const shape = operation.input;
      if (shape.kind !== 'structure') return input;
      const pairs = readPairs(request.query);
      const inBody: Member[] = [];
      for (const member of shape.members) {
        const { traits, name } = member;
        let value: unknown;
        if (traits.httpLabel) value = routes.label(operation, member, request);
        else if (traits.httpQuery) value = readQuery(member.shape, pairs, traits.httpQuery);
        else if (traits.httpQueryParams) value = otherPairs(pairs, shape.members, operation);
        else if (traits.httpHeader) {
          const header = request.headers[traits.httpHeader.toLowerCase()];
          if (header !== undefined) value = readScalar(member.shape, header, 'http-date');
        } else if (traits.httpPrefixHeaders) value = readPrefixed(request, traits.httpPrefixHeaders);
        else if (traits.httpPayload) value = readPayload(member, request);
        else inBody.push(member);
        if (value !== undefined) input[name] = value;
      }
      if (inBody.length > 0) Object.assign(input, readBody(inBody, request));
      const missing = missingMembers(shape, input);
      if (missing) throw new ServiceError('ValidationException', missing);
      return input;
    },

    write(operation, output) {
      const headers: Record<string, string> = {};
      let status = operation.traits.http?.[2] ?? 200;
      if (operation.output.kind !== 'structure') return { status, headers, body: '' };
      const inBody: Member[] = [];
      let payload: { member: Member; value: unknown } | undefined;
      for (const member of operation.output.members) {
        const { traits, name } = member;
        const value = output[name];
        if (traits.httpResponseCode) status = (value as number | undefined) ?? status;
        else if (traits.httpHeader) {
          if (value !== undefined) headers[traits.httpHeader] = writeScalar(member.shape, value);
        } else if (traits.httpPayload) payload = { member, value };
        else inBody.push(member);
      }
      if (status === 204) return { status, headers, body: '' };
      if (payload) return { status, ...writePayload(payload.member.shape, payload.value, headers) };
      headers['content-type'] = 'application/json';
      return { status, headers, body: JSON.stringify(writeMembers(inBody, output)) };
    },

    writeError({ code, status, message, shape, members }) {
      const headers: Record<string, string> = {
        'content-type': 'application/json',
        'x-amzn-ErrorType': code,
      };
      for (const { name, traits, shape: inner } of shape?.members ?? []) {
        const value = members[name];
        if (traits.httpHeader && value !== undefined) headers[traits.httpHeader] = writeScalar(inner, value);
      }
      return {
        status,
        headers,
        body: JSON.stringify(shape ? errorMembers(shape, message, members) : { message }),
      };
    },
  };
}

/** The pairs of the query that neither a member nor the route has. */
function otherPairs(
  pairs: readonly [string, string][],
  members: readonly Member[],
  { traits }: Operation,
): Record<string, string> {
  const [, route = ''] = (traits.http?.[1] ?? '').split('?');
  const known = new Set([
    ...members.map((member) => member.traits.httpQuery),
    ...readPairs(route).map(([name]) => name),
  ]);
  return Object.fromEntries(pairs.filter(([name]) => !known.has(name)));
}

function readPayload({ shape, required }: Member, { body }: WireRequest): unknown {
  if (shape.kind === 'blob') return body.length > 0 || required ? body : undefined;
  if (shape.kind === 'string') return body.length > 0 ? readText(body) : undefined;
  return body.length > 0 ? fromJson(shape, parsed(body)) : undefined;
}

function readBody(members: readonly Member[], { body }: WireRequest): Members {
  const document = parsed(body);
  return readMembers(members, rootObject(document));
}

function parsed(body: Buffer): unknown {
  try {
    return parseJson(body);
  } catch (error) {
    // Invalid JSON, or bytes that are not text.
    if (!(error instanceof SyntaxError || error instanceof ServiceError)) throw error;
    throw new ServiceError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${error.message}`,
    );
  }
}

function writePayload(shape: Shape, value: unknown, headers: Record<string, string>) {
  if (shape.kind === 'blob') {
    return { headers, body: (value as Uint8Array | AsyncIterable<Uint8Array> | undefined) ?? '' };
  }
  if (shape.kind === 'string') return { headers, body: (value as string | undefined) ?? '' };
  if (isEventStream(shape)) {
    headers['content-type'] = eventStreamType;
    return { headers, body: writeEvents(shape, value as AsyncIterable<Members>) };
  }
  headers['content-type'] = 'application/json';
  return { headers, body: value === undefined ? '' : JSON.stringify(toJson(shape, value)) };
}
