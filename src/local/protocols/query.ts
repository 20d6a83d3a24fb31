// AWS Query: the request is a form with flattened members, the answer is XML.
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
import { ServiceError } from '../service-error.ts';
import type { Api } from './api.ts';
import { operationsOf } from './operations.ts';
import { type Members, missingMembers, type Protocol, type WireRequest } from './protocol.ts';
import { queryJson } from './query-json.ts';
import { inDialect } from './refusals.ts';
import {
  readBase64,
  readBoolean,
  readNumber,
  readPairs,
  readText,
  readTimestamp,
  unreadable,
} from './scalars.ts';
import type { Member, Shape } from './shapes.ts';
import { element, escapeXml, xmlOf } from './xml.ts';

/** A form as a tree: `Tags.member.1.Key=a` is `{Tags: {member: {1: {Key: 'a'}}}}`. */
interface Node {
  text?: string;
  children: Map<string, Node>;
}

/** The answer to a request that names no operation, of newer services. */
const unknownOperation = 'UnknownOperationException';

const types = { client: 'Sender', server: 'Receiver' };

export function queryProtocol(api: Api): Protocol {
  const { sdk, name, apiVersion, checksRequired, queryText, unknownAction, errorDetail, jsonNames, absent } =
    api;
  const operations = operationsOf(sdk as object);
  const { namespace = `https://${name}.amazonaws.com/doc/${apiVersion}/` } = api;
  const document = (name: string, content: string) => ({
    headers: { 'content-type': 'text/xml' },
    body: `<${name} xmlns="${namespace}">${content}</${name}>`,
  });

  return {
    claims(request) {
      if (!isForm(request) && request.body.length > 0) return false;
      try {
        return formOf(request).children.get('Version')?.text === apiVersion;
      } catch {
        return false;
      }
    },

    route(request) {
      const { children } = formOf(request);
      const action = children.get('Action')?.text;
      if (action === undefined) {
        if (unknownAction) throw new ServiceError(unknownOperation, '', 404);
        throw new ServiceError('MissingAction', 'The request is missing an action or a required parameter.');
      }
      const version = children.get('Version')?.text ?? (unknownAction ? apiVersion : 'NO_VERSION_SPECIFIED');
      const operation = operations.get(action);
      if (!operation || version !== apiVersion) {
        const message =
          unknownAction?.(action) ?? `Could not find operation ${action} for version ${version}`;
        throw new ServiceError('InvalidAction', message);
      }
      return operation;
    },

    read(operation, request) {
      const form = formOf(request);
      const input = readAs('MalformedInput', 400, () => fromForm(operation.input, form) ?? {}) as Members;
      const missing = checksRequired ? undefined : missingMembers(operation.input, input);
      if (missing) {
        const parameter = operation.input.kind === 'structure' && absentIn(operation.input.members, input);
        throw (parameter && absent?.(parameter)) || new ServiceError('ValidationError', missing);
      }
      return input;
    },

    write(operation, output, request, requestId) {
      const { name } = operation;
      const shape = operation.output;
      if (acceptsJson(request)) {
        const answer =
          shape.kind === 'structure' ? { [`${name}Result`]: queryJson(shape, output, jsonNames) } : {};
        return json(200, { [`${name}Response`]: { ...answer, ResponseMetadata: { RequestId: requestId } } });
      }
      const result = shape.kind === 'structure' ? element(`${name}Result`, xmlOf(shape, output), true) : '';
      const metadata = element('ResponseMetadata', element('RequestId', requestId));
      return { status: 200, ...document(`${name}Response`, result + metadata) };
    },

    writeError(problem, request, requestId) {
      const { code, status, fault, message, shape } = inDialect(problem, 'query');
      if (code === unknownOperation) {
        return { status, headers: { 'content-type': 'text/xml' }, body: `<${unknownOperation}/>` };
      }
      const [ownCode = code, ownStatus = status] = shape?.traits.awsQueryError ?? [];
      const text = queryText?.(message) ?? message;
      if (acceptsJson(request)) {
        const content = { Code: ownCode, Message: text, Type: types[fault] };
        return json(ownStatus, { Error: content, RequestId: requestId });
      }
      const error =
        element('Type', types[fault]) +
        element('Code', escapeXml(ownCode)) +
        element('Message', escapeXml(text)) +
        (errorDetail ? '<Detail/>' : '');
      const content = element('Error', error) + element('RequestId', requestId);
      return { status: ownStatus, ...document('ErrorResponse', content) };
    },
  };
}

const acceptsJson = ({ headers }: WireRequest): boolean =>
  headers.accept?.startsWith('application/json') ?? false;

const json = (status: number, value: object) => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

/** The first required member that the input does not have. */
const absentIn = (members: readonly Member[], input: Members): string | undefined =>
  members.find(({ name, required }) => required && input[name] === undefined)?.name;

/** Whether the request is a form, by its content type. */
export const isForm = ({ headers }: WireRequest): boolean =>
  headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;

const forms = new WeakMap<WireRequest, Node>();

function formOf(request: WireRequest): Node {
  const known = forms.get(request);
  if (known) return known;
  const form: Node = { children: new Map() };
  const pairs = readAs('MalformedQueryString', 404, () => [
    ...readPairs(request.query),
    ...readPairs(readText(request.body)),
  ]);
  for (const [name, value] of pairs) put(form, name, value);
  forms.set(request, form);
  return form;
}

/** Query has its own codes for requests that cannot be read. */
function readAs<T>(code: string, status: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'SerializationException') throw error;
    throw new ServiceError(code, error.message, status);
  }
}

function put(form: Node, name: string, value: string): void {
  let node = form;
  for (const part of name.split('.')) {
    let child = node.children.get(part);
    if (!child) {
      child = { children: new Map() };
      node.children.set(part, child);
    }
    node = child;
  }
  node.text = value;
}

function fromForm(shape: Shape, node: Node | undefined): unknown {
  if (!node || shape.kind === 'unit') return undefined;
  switch (shape.kind) {
    case 'structure': {
      if (node.text) throw unreadable('Unexpected complex element termination');
      const result: Members = {};
      for (const member of shape.members) {
        const value = fromForm(member.shape, childOf(node, member));
        if (value !== undefined) result[member.name] = value;
      }
      return result;
    }
    case 'list':
      // Clients send an empty text for an empty list.
      if (node.text) throw unreadable('Unexpected list element termination');
      return inOrder(node.children.get(shape.item.traits.xmlName ?? 'member') ?? node).map((item) =>
        fromForm(shape.item.shape, item),
      );
    case 'map':
      if (node.text) throw unreadable('Unexpected complex element termination');
      return Object.fromEntries(
        inOrder(node.children.get('entry') ?? node).map((entry) => [
          entry.children.get(shape.key.traits.xmlName ?? 'key')?.text ?? '',
          fromForm(shape.value.shape, entry.children.get(shape.value.traits.xmlName ?? 'value')),
        ]),
      );
    case 'number':
      return readNumber(textOf(node));
    case 'boolean':
      return readBoolean(textOf(node));
    case 'timestamp':
      return readTimestamp(textOf(node));
    case 'blob':
      return readBase64(textOf(node));
    default:
      return textOf(node);
  }
}

/** The text of a member that is not a structure. A node has a text or children, or both. */
function textOf({ text, children }: Node): string {
  if (text === undefined || children.size > 0) {
    throw unreadable('Start of structure or map found where not expected.');
  }
  return text;
}

function childOf(node: Node, { name, traits }: Member): Node | undefined {
  return node.children.get(traits.xmlName ?? name);
}

/** Numbered items (`member.1`, `member.2`, …) in the order of their numbers. */
function inOrder({ children }: Node): Node[] {
  if ([...children.keys()].some((key) => !/^\d{1,9}$/.test(key))) {
    throw unreadable('Start of structure or map found where not expected.');
  }
  return [...children].sort(([a], [b]) => Number(a) - Number(b)).map(([, node]) => node);
}
