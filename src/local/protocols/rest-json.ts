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
import { type Operation, operationsOf } from './operations.ts';
import { type Members, missingMembers, type Protocol, type WireRequest } from './protocol.ts';
import { readPairs, readText, unescapeUri } from './scalars.ts';
import type { Member, Shape } from './shapes.ts';

interface Route {
  operation: Operation;
  method: string;
  segments: string[];
  /** Pairs that the query must contain: `find=LayerVersion`. */
  query: [name: string, value: string][];
}

export function restJsonProtocol({ sdk }: Pick<Api, 'sdk'>): Protocol {
  const routes = routesOf(sdk as object);
  const segmentsOf = new Map(routes.map(({ operation, segments }) => [operation, segments]));

  return {
    claims(request) {
      try {
        return find(routes, request) !== undefined;
      } catch {
        return false;
      }
    },

    route(request) {
      return find(routes, request).operation;
    },

    read(operation, request) {
      const input: Members = {};
      const shape = operation.input;
      if (shape.kind !== 'structure') return input;
      const segments = segmentsOf.get(operation) ?? [];
      const path = splitPath(request.path);
      const pairs = readPairs(request.query);
      const inBody: Member[] = [];
      for (const member of shape.members) {
        const { traits, name } = member;
        let value: unknown;
        if (traits.httpLabel) value = readLabel(member, segments, path);
        else if (traits.httpQuery) value = readQuery(member.shape, pairs, traits.httpQuery);
        else if (traits.httpQueryParams) value = Object.fromEntries(pairs);
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

function routesOf(sdk: object): Route[] {
  const routes: Route[] = [];
  for (const operation of operationsOf(sdk).values()) {
    const http = operation.traits.http;
    if (!http) continue;
    const [path = '', query = ''] = http[1].split('?');
    routes.push({ operation, method: http[0], segments: splitPath(path), query: readPairs(query) });
  }
  // The most specific route first: `…/event-source-mappings/{UUID}` before the routes that match more.
  const weight = ({ segments, query }: Route) =>
    query.length * 100 + segments.filter((segment) => !isLabel(segment)).length;
  return routes.sort((a, b) => weight(b) - weight(a));
}

function splitPath(path: string): string[] {
  const parts = path.split('/').slice(1);
  // AWS accepts the path with and without a trailing slash; the models have both forms.
  if (parts.at(-1) === '') parts.pop();
  return parts;
}

const isLabel = (segment: string) => segment.startsWith('{');
const isGreedy = (segment: string) => segment.endsWith('+}');

function find(routes: readonly Route[], request: WireRequest): Route {
  const path = splitPath(request.path);
  const pairs = readPairs(request.query);
  const route = routes.find(
    ({ method, segments, query }) =>
      method === request.method &&
      matches(segments, path) &&
      query.every(([name, value]) => pairs.some(([n, v]) => n === name && (value === '' || v === value))),
  );
  if (!route) {
    throw new ServiceError(
      'AccessDeniedException',
      'Unable to determine service/operation name to be authorized',
      403,
    );
  }
  return route;
}

function matches(segments: readonly string[], path: readonly string[]): boolean {
  const last = segments.at(-1);
  const greedy = last !== undefined && isGreedy(last);
  if (greedy ? path.length < segments.length : path.length !== segments.length) return false;
  return segments.every((segment, index) =>
    isLabel(segment) ? path[index] !== '' : segment === path[index],
  );
}

function readLabel({ name, shape }: Member, segments: readonly string[], path: readonly string[]): unknown {
  const index = segments.findIndex((segment) => segment === `{${name}}` || segment === `{${name}+}`);
  const raw = isGreedy(segments[index] as string) ? path.slice(index).join('/') : (path[index] as string);
  return readScalar(shape, unescapeUri(raw), 'date-time');
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
