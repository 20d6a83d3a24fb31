// AWS Query: a form with flattened members in, XML out.
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
import { ServiceFault } from '../fault.ts';
import { operationsOf } from './operations.ts';
import { type Members, missingMembers, type Protocol, type WireRequest } from './protocol.ts';
import { readBase64, readBoolean, readNumber, readPairs, readText, readTimestamp } from './scalars.ts';
import type { Member, Shape } from './shapes.ts';
import { element, escapeXml, xmlOf } from './xml.ts';

/** A form as a tree: `Tags.member.1.Key=a` is `{Tags: {member: {1: {Key: 'a'}}}}`. */
interface Node {
  text?: string;
  children: Map<string, Node>;
}

const types = { client: 'Sender', server: 'Receiver' };

export function queryProtocol(sdk: object, service: string): Protocol {
  const operations = operationsOf(sdk);
  // The version of the API is part of each request, and of the namespace of each answer.
  const namespace = (request: WireRequest) =>
    `https://${service}.amazonaws.com/doc/${escapeXml(formOf(request).children.get('Version')?.text ?? '')}/`;
  const document = (name: string, request: WireRequest, content: string) => ({
    headers: { 'content-type': 'text/xml' },
    body: `<${name} xmlns="${namespace(request)}">${content}</${name}>`,
  });

  return {
    unsupportedCode: 'UnsupportedOperation',

    route(request) {
      const action = formOf(request).children.get('Action')?.text ?? '';
      const operation = operations.get(action);
      if (!operation) {
        throw new ServiceFault('InvalidAction', `Could not find operation ${action} for this service`);
      }
      return operation;
    },

    read(operation, request) {
      const input = (fromForm(operation.input, formOf(request)) ?? {}) as Members;
      const missing = missingMembers(operation.input, input);
      if (missing) throw new ServiceFault('ValidationError', missing);
      return input;
    },

    write(operation, output, request, requestId) {
      const { name } = operation;
      const shape = operation.output;
      const result = shape.kind === 'structure' ? element(`${name}Result`, xmlOf(shape, output)) : '';
      const metadata = element('ResponseMetadata', element('RequestId', requestId));
      return { status: 200, ...document(`${name}Response`, request, result + metadata) };
    },

    writeError({ code, status, fault, message }, request, requestId) {
      const error =
        element('Type', types[fault]) +
        element('Code', escapeXml(code)) +
        element('Message', escapeXml(message));
      const content = element('Error', error) + element('RequestId', requestId);
      return { status, ...document('ErrorResponse', request, content) };
    },
  };
}

const forms = new WeakMap<WireRequest, Node>();

function formOf(request: WireRequest): Node {
  const known = forms.get(request);
  if (known) return known;
  const form: Node = { children: new Map() };
  forms.set(request, form);
  for (const [name, value] of readPairs(request.query)) put(form, name, value);
  for (const [name, value] of readPairs(readText(request.body))) put(form, name, value);
  return form;
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
  if (!node) return undefined;
  switch (shape.kind) {
    case 'structure': {
      const result: Members = {};
      for (const member of shape.members) {
        const value = fromForm(member.shape, childOf(node, member));
        if (value !== undefined) result[member.name] = value;
      }
      return result;
    }
    case 'list':
      return inOrder(node.children.get(shape.item.traits.xmlName ?? 'member') ?? node).map((item) =>
        fromForm(shape.item.shape, item),
      );
    case 'map':
      return Object.fromEntries(
        inOrder(node.children.get('entry') ?? node).map((entry) => [
          entry.children.get(shape.key.traits.xmlName ?? 'key')?.text ?? '',
          fromForm(shape.value.shape, entry.children.get(shape.value.traits.xmlName ?? 'value')),
        ]),
      );
    case 'number':
      return node.text === undefined ? undefined : readNumber(node.text);
    case 'boolean':
      return node.text === undefined ? undefined : readBoolean(node.text);
    case 'timestamp':
      return node.text === undefined ? undefined : readTimestamp(node.text);
    case 'blob':
      return node.text === undefined ? undefined : readBase64(node.text);
    default:
      return node.text;
  }
}

function childOf(node: Node, { name, traits }: Member): Node | undefined {
  return node.children.get(traits.xmlName ?? name);
}

/** Numbered items (`member.1`, `member.2`, …) by their number. */
function inOrder({ children }: Node): Node[] {
  return [...children]
    .filter(([key]) => /^\d+$/.test(key))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, node]) => node);
}
