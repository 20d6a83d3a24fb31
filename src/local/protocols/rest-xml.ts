// AWS REST-XML: the operation is in method and path, the members are in path, query, headers and one XML document. S3
// speaks a dialect of its own.
// https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
import { ServiceError } from '../service-error.ts';
import type { Api } from './api.ts';
import { readQuery, readScalar, writeScalar } from './http-bindings.ts';
import { type Members, missingMembers, type Protocol, type WireRequest } from './protocol.ts';
import { inDialect } from './refusals.ts';
import { Routes } from './routes.ts';
import { readPairs, readText } from './scalars.ts';
import type { Member, Shape } from './shapes.ts';
import { element, escapeXml, fromXml, xmlOf } from './xml.ts';
import { parseXml } from './xml-parser.ts';

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
const contentType = 'text/xml';

export function restXmlProtocol({
  sdk,
  name,
  apiVersion,
  namespace = `http://${name}.amazonaws.com/doc/${apiVersion}/`,
}: Pick<Api, 'sdk' | 'name' | 'apiVersion' | 'namespace'>): Protocol {
  const routes = new Routes(sdk as object);
  const document = (root: string, content: string) =>
    `${declaration}<${root} xmlns="${namespace}">${content}</${root}>`;

  return {
    claims: (request) => routes.find(request) !== undefined,

    route(request) {
      const operation = routes.find(request);
      if (operation) return operation;
      throw new ServiceError('InvalidAction', 'There is no operation with this method and path', 404);
    },

    read(operation, request) {
      const input: Members = {};
      const shape = operation.input;
      if (shape.kind !== 'structure') return input;
      const pairs = readPairs(request.query);
      const inBody: Member[] = [];
      for (const member of shape.members) {
        const { traits } = member;
        let value: unknown;
        if (traits.httpLabel) value = routes.label(operation, member, request);
        else if (traits.httpQuery) value = readQuery(member.shape, pairs, traits.httpQuery);
        else if (traits.httpHeader) {
          const header = request.headers[traits.httpHeader.toLowerCase()];
          if (header !== undefined) value = readScalar(member.shape, header, 'http-date');
        } else if (traits.httpPayload) value = readPayload(member, request);
        else inBody.push(member);
        if (value !== undefined) input[member.name] = value;
      }
      if (inBody.length > 0) Object.assign(input, readDocument({ ...shape, members: inBody }, request));
      const missing = missingMembers(shape, input);
      if (missing) throw new ServiceError('InvalidArgument', missing);
      return input;
    },

    write({ traits, output: shape }, output, _request, requestId) {
      const headers: Record<string, string> = { 'x-amzn-RequestId': requestId };
      const status = traits.http?.[2] ?? 200;
      if (shape.kind !== 'structure') return { status, headers, body: '' };
      let body: string | Uint8Array | undefined;
      const inBody: Member[] = [];
      for (const member of shape.members) {
        const { name: key, traits: of, shape: inner } = member;
        const value = output[key];
        if (of.httpHeader) {
          if (value !== undefined) headers[of.httpHeader] = writeScalar(inner, value);
        } else if (!of.httpPayload) inBody.push(member);
        else if (inner.kind === 'blob') body = (value as Uint8Array | undefined) ?? '';
        else body = value === undefined ? '' : document(of.xmlName ?? nameOf(inner), xmlOf(inner, value));
      }
      if (inBody.length > 0) {
        body = document(shape.traits.xmlName ?? shape.name, xmlOf({ ...shape, members: inBody }, output));
      }
      if (typeof body === 'string' && body !== '') headers['content-type'] = contentType;
      return { status, headers, body: body ?? '' };
    },

    writeError(problem, _request, requestId) {
      const { code, status, message } = inDialect(problem, 'query');
      const type = status < 500 ? 'Sender' : 'Receiver';
      const error = [
        element('Type', type),
        element('Code', escapeXml(code)),
        element('Message', escapeXml(message)),
      ];
      const content = element('Error', error.join('')) + element('RequestId', requestId);
      const headers = { 'content-type': contentType, 'x-amzn-RequestId': requestId };
      return { status, headers, body: document('ErrorResponse', content) };
    },
  };
}

const nameOf = (shape: Shape): string =>
  shape.kind === 'structure' ? (shape.traits.xmlName ?? shape.name) : '';

function readPayload({ shape, traits }: Member, request: WireRequest): unknown {
  if (shape.kind === 'blob') return request.body.length > 0 ? request.body : undefined;
  return readDocument(shape, request, traits.xmlName);
}

function readDocument(shape: Shape, { body }: WireRequest, name = nameOf(shape)): unknown {
  if (body.length === 0) return undefined;
  try {
    const root = parseXml(readText(body));
    if (root.name !== name) throw malformed();
    return fromXml(shape, root);
  } catch {
    throw malformed();
  }
}

const malformed = () => new ServiceError('MalformedInput', 'Could not parse XML');
