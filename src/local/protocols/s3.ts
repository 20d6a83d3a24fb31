// AWS REST-XML as S3 alone speaks it: the operation is in method, path, query and headers, the body is one XML document.
// https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
import { randomBytes } from 'node:crypto';
import { ServiceError } from '../service-error.ts';
import type { Api } from './api.ts';
import { readPrefixed, readQuery, readScalar, writeScalar } from './http-bindings.ts';
import { type Operation, operationsOf } from './operations.ts';
import {
  type Members,
  missingMembers,
  type Protocol,
  type WireAnswer,
  type WireRequest,
} from './protocol.ts';
import { inDialect } from './refusals.ts';
import { readPairs, readText, unescapeUri } from './scalars.ts';
import type { Member } from './shapes.ts';
import { element, escapeXml, fromXml, xmlOf } from './xml.ts';
import { parseXml } from './xml-parser.ts';

interface Route {
  operation: Operation;
  method: string;
  /** Whether the path has a bucket, and a key. */
  bucket: boolean;
  key: boolean;
  /** Query names that the request must contain, with their values where the model gives one. */
  query: [name: string, value: string][];
  headers: string[];
}

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

export function s3Protocol({ sdk }: Pick<Api, 'sdk'>): Protocol {
  const routes = [...operationsOf(sdk as object).values()]
    .map(routeOf)
    .filter((route) => route !== undefined);

  return {
    // Any path may be the name of a bucket, so the service itself decides.
    claims: () => false,

    route: (request) => find(routes, request),

    streams: ({ input }) =>
      input.kind === 'structure' &&
      input.members.some(
        ({ traits, shape }) => traits.httpPayload && shape.kind === 'blob' && shape.streaming,
      ),

    read(operation, request) {
      const input: Members = {};
      const shape = operation.input;
      if (shape.kind !== 'structure') return input;
      const { bucket, key } = places(request);
      const pairs = readPairs(request.query);
      for (const member of shape.members) {
        const { traits, name } = member;
        let value: unknown;
        if (traits.httpLabel) value = name === 'Bucket' ? bucket : key;
        else if (traits.httpQuery) value = readQuery(member.shape, pairs, traits.httpQuery);
        else if (traits.httpHeader) {
          const header = request.headers[traits.httpHeader.toLowerCase()];
          if (header !== undefined) value = readScalar(member.shape, header, 'http-date');
        } else if (traits.httpPrefixHeaders) value = readPrefixed(request, traits.httpPrefixHeaders);
        else if (traits.httpPayload) value = readPayload(member, request);
        if (value !== undefined) input[name] = value;
      }
      if (missingMembers(shape, input)) throw request.body.length > 0 ? malformed() : emptyBody();
      return input;
    },

    write(operation, output, { method }, requestId) {
      const headers = ownHeaders(requestId);
      const status = operation.traits.http?.[2] ?? 200;
      if (operation.output.kind !== 'structure') return { status, headers, body: '' };
      const inBody: Member[] = [];
      let payload: Member | undefined;
      for (const member of operation.output.members) {
        const { traits, name } = member;
        const value = output[name];
        if (traits.httpPayload) payload = member;
        else if (value === undefined) continue;
        else if (traits.httpHeader) {
          headers[traits.httpHeader.toLowerCase()] = writeScalar(member.shape, value);
        } else if (traits.httpPrefixHeaders) {
          for (const [key, item] of Object.entries(value as object)) {
            headers[traits.httpPrefixHeaders + key] = String(item);
          }
        } else inBody.push(member);
      }
      const answer = { status: headers['content-range'] === undefined ? status : 206, headers };
      if (payload) return { ...answer, ...writePayload(payload, output[payload.name], headers) };
      const { members, name, traits } = operation.output;
      const hasBody = members.some((member) => isInBody(member));
      if (!hasBody || method === 'HEAD') return { ...answer, body: '' };
      const root = traits.xmlName ?? name;
      const [only] = inBody;
      // GetBucketLocation is the only answer whose root element is also its only member.
      const unwrapped = members.filter(isInBody).length === 1 && members.find(isInBody)?.name === root;
      const content = unwrapped
        ? only
          ? xmlOf(only.shape, output[only.name])
          : ''
        : xmlOf({ ...operation.output, members: inBody }, output);
      return { ...answer, body: document(root, content, headers) };
    },

    writeError(problem, { method }, requestId): WireAnswer {
      const { code, status, message, members } = inDialect(problem, 's3');
      const headers = ownHeaders(requestId);
      const region = members.Region;
      if (region !== undefined) headers['x-amz-bucket-region'] = String(region);
      if (method === 'HEAD' || status === 304) return { status, headers, body: '' };
      headers['content-type'] = 'application/xml';
      const all = {
        Code: code,
        Message: message,
        ...members,
        RequestId: requestId,
        HostId: headers['x-amz-id-2'],
      };
      const content = Object.entries(all).map(([name, value]) => element(name, escapeXml(String(value))));
      return { status, headers, body: declaration + element('Error', content.join('')) };
    },
  };
}

/** Whether a member of an answer is in the document, and not a header or the payload. */
function isInBody({ traits }: Member): boolean {
  return !traits.httpHeader && !traits.httpPrefixHeaders && !traits.httpPayload && !traits.httpResponseCode;
}

function routeOf(operation: Operation): Route | undefined {
  const { http } = operation.traits;
  const { input } = operation;
  if (!http) return undefined;
  const [path = '', query = ''] = http[1].split('?');
  if (path !== '/' && path !== '/{Key+}') return undefined;
  const members = input.kind === 'structure' ? input.members : [];
  const required = members.filter((member) => member.required);
  return {
    operation,
    method: http[0],
    // The models leave the bucket to the endpoint rules, which put it first in the path.
    bucket: required.some(({ name, traits }) => name === 'Bucket' && traits.httpLabel),
    key: path !== '/',
    query: [
      ...readPairs(query).filter(([name]) => name !== 'x-id'),
      ...required.flatMap(({ traits }): [string, string][] =>
        traits.httpQuery ? [[traits.httpQuery, '']] : [],
      ),
    ],
    headers: required.flatMap(({ traits }) => (traits.httpHeader ? [traits.httpHeader.toLowerCase()] : [])),
  };
}

/** The most specific operation that fits the request: GetObject is any other GET with a key. */
function find(routes: readonly Route[], request: WireRequest): Operation {
  const { bucket, key } = places(request);
  const pairs = readPairs(request.query);
  // The JavaScript SDK names the operation here, because some requests are otherwise ambiguous.
  const namedBySdk = pairs.find(([name]) => name === 'x-id')?.[1];
  const weight = ({ query, headers, operation }: Route) =>
    query.length + headers.length + (operation.name === namedBySdk ? 0.5 : 0);
  let best: Route | undefined;
  for (const route of routes) {
    const fits =
      route.method === request.method &&
      route.bucket === (bucket !== undefined) &&
      route.key === (key !== undefined) &&
      route.headers.every((name) => request.headers[name] !== undefined) &&
      route.query.every(([name, value]) =>
        pairs.some(([n, v]) => n === name && (value === '' || v === value)),
      );
    if (fits && (!best || weight(route) > weight(best))) best = route;
  }
  if (best) return best.operation;
  throw new ServiceError(
    'MethodNotAllowed',
    'The specified method is not allowed against this resource.',
    405,
    { Method: request.method },
  );
}

/** The bucket and key of `/bucket/key`. Both are optional, and the key may contain slashes anywhere. */
function places({ path }: WireRequest): { bucket?: string; key?: string } {
  const [, bucket = '', key = ''] = /^\/?([^/]*)\/?(.*)$/s.exec(path) ?? [];
  return {
    ...(bucket === '' ? {} : { bucket: readUri(bucket) }),
    ...(key === '' ? {} : { key: readUri(key) }),
  };
}

function readUri(text: string): string {
  try {
    return unescapeUri(text);
  } catch {
    throw new ServiceError('InvalidURI', "Couldn't parse the specified URI.", 400, { URI: text });
  }
}

function readPayload({ shape, traits }: Member, request: WireRequest): unknown {
  const { body, payload } = request;
  if (shape.kind === 'blob') return payload ?? body;
  if (body.length === 0) return undefined;
  if (shape.kind === 'string') return readText(body);
  try {
    const root = parseXml(readText(body));
    const wanted = traits.xmlName ?? (shape.kind === 'structure' ? shape.name : root.name);
    if (root.name !== wanted) throw malformed();
    return fromXml(shape, root);
  } catch {
    throw malformed();
  }
}

const malformed = () =>
  new ServiceError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

const emptyBody = () => new ServiceError('MissingRequestBodyError', 'Request Body is empty');

function ownHeaders(requestId: string): Record<string, string> {
  return { 'x-amz-request-id': requestId, 'x-amz-id-2': randomBytes(48).toString('base64') };
}

function document(root: string, content: string, headers: Record<string, string>): string {
  headers['content-type'] = 'application/xml';
  return `${declaration}<${root} xmlns="${namespace}">${content}</${root}>`;
}

function writePayload({ shape, traits }: Member, value: unknown, headers: Record<string, string>) {
  if (shape.kind === 'blob') {
    return { body: (value as Uint8Array | AsyncIterable<Uint8Array> | undefined) ?? '' };
  }
  if (shape.kind === 'string') return { body: (value as string | undefined) ?? '' };
  if (value === undefined) return { body: '' };
  const root = traits.xmlName ?? (shape.kind === 'structure' ? shape.name : '');
  return { body: document(root, xmlOf(shape, value), headers) };
}
