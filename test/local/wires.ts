// Requests for any operation of any service, in each of its protocols, with any body.
import { cbor } from '@smithy/core/cbor';
import { type Operation, operationsOf } from '../../src/local/protocols/operations.ts';
import type { Member } from '../../src/local/protocols/shapes.ts';
import { xmlOf } from '../../src/local/protocols/xml.ts';
import type { Service } from '../../src/local/service.ts';
import type { Asked } from './signed-server.ts';

export type Wire = 'json-1.0' | 'json-1.1' | 'rest-json' | 'rest-xml' | 's3' | 'query' | 'cbor' | 'cbor-1.1';

/** A supported operation, in one of its protocols. */
export interface Reached {
  service: Service;
  operation: Operation;
  wire: Wire;
}

export function wiresOf({ protocol }: Service): Wire[] {
  if (protocol === 'query-compatible') return ['query', 'json-1.0', 'cbor'];
  return protocol === 'json-1.1' ? ['json-1.1', 'cbor-1.1'] : [protocol];
}

export function reached(services: readonly Service[]): Reached[] {
  return services.flatMap((service) => {
    const operations = operationsOf(service.sdk as object);
    return Object.keys(service.handlers).flatMap((name) =>
      wiresOf(service).map((wire) => ({ service, operation: operations.get(name) as Operation, wire })),
    );
  });
}

/** `label` is put into the path, and into required query parameters and headers. */
export function asked(
  { service: { name, signedAs, apiVersion, target }, operation, wire }: Reached,
  body: Uint8Array,
  label: string,
): Asked {
  const service = signedAs ?? name;
  switch (wire) {
    case 'json-1.0':
    case 'json-1.1':
    case 'cbor-1.1': {
      const headers = {
        'content-type': `application/x-amz-${wire}`,
        'x-amz-target': `${target}.${operation.name}`,
      };
      return { service, headers, body };
    }
    case 'cbor': {
      const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };
      return { service, path: `/service/${target}/operation/${operation.name}`, headers, body };
    }
    case 'query': {
      const head = Buffer.from(`Action=${operation.name}&Version=${apiVersion}&`);
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      return { service, headers, body: Buffer.concat([head, body]) };
    }
    default:
      return rest(service, operation, body, encodeURIComponent(label) || 'x');
  }
}

function rest(service: string, { traits, input }: Operation, body: Uint8Array, label: string): Asked {
  const [method, pattern] = traits.http as readonly [string, string, number];
  const [bare = '', query = ''] = pattern.replace(/\{[^}]+\}/g, label).split('?');
  const required = (input.kind === 'structure' ? input.members : []).filter((member) => member.required);
  const inBucket = service === 's3' && required.some(({ name }) => name === 'Bucket');
  return {
    service,
    method,
    path: inBucket ? `/${label}${bare === '/' ? '' : bare}` : bare,
    query: [
      query,
      ...required.flatMap((member) => (member.traits.httpQuery ? `${member.traits.httpQuery}=${label}` : [])),
    ]
      .filter(Boolean)
      .join('&'),
    headers: Object.fromEntries(
      required.flatMap(({ traits: { httpHeader } }) => (httpHeader ? [[httpHeader, label]] : [])),
    ),
    body,
  };
}

/** The members of the input that are sent in a document; undefined when the operation has no document. */
export function documentOf({ operation: { input }, wire }: Reached): readonly Member[] | undefined {
  const inParts = wire.startsWith('rest') || wire === 's3';
  if (input.kind !== 'structure' || (!inParts && input.members.length === 0)) return undefined;
  if (!inParts) return input.members;
  const payload = input.members.find(({ traits }) => traits.httpPayload);
  if (payload) return payload.shape.kind === 'structure' ? payload.shape.members : undefined;
  const inside = input.members.filter(
    ({ traits }) => !traits.httpLabel && !traits.httpQuery && !traits.httpHeader && !traits.httpPrefixHeaders,
  );
  return inside.length > 0 ? inside : undefined;
}

/** Whether a document in this form is XML. */
export const isXml = (wire: Wire): boolean => wire === 'rest-xml' || wire === 's3';

/** The input in its wire form: bytes as base64 and times as numbers, where the protocol has them so. */
export function written({ operation: { input }, wire }: Reached, value: unknown): Uint8Array {
  if (wire === 'query') return Buffer.from(asForm(value).join('&'));
  if (wire.startsWith('cbor')) return cbor.serialize(value);
  if (!isXml(wire)) return Buffer.from(JSON.stringify(value) ?? '');
  const payload =
    input.kind === 'structure' ? input.members.find(({ traits }) => traits.httpPayload) : undefined;
  if (payload?.shape.kind !== 'structure') return Buffer.from(JSON.stringify(value) ?? '');
  const root = payload.traits.xmlName ?? payload.shape.name;
  const inner = (value as Record<string, unknown> | null)?.[payload.name] ?? {};
  return Buffer.from(`<${root}>${xmlOf(payload.shape, inner)}</${root}>`);
}

/** The input as form pairs: `Tags.member.1.Key=a`. */
function asForm(value: unknown, name = ''): string[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => asForm(item, `${name}.member.${index + 1}`));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, item]) => asForm(item, name === '' ? key : `${name}.${key}`));
  }
  return [`${name}=${encodeURIComponent(Buffer.from(String(value)).toString())}`];
}
