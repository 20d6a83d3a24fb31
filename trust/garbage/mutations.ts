// Mutations of requests. Some make a request that no service may take, others one that it may take or refuse.
import type { Operation } from '../../src/local/protocols/operations.ts';
import { valueFor } from '../../test/local/shape-values.ts';
import type { Asked } from '../../test/local/signed-server.ts';
import { asked, documentOf, isXml, type Reached, written } from '../../test/local/wires.ts';
import type { Dice } from './dice.ts';
import { placesIn, replaced, wrongPairs, wrongValues } from './places.ts';

export interface Mutated {
  readonly request: Asked;
  /** Whether it is garbage: an answer of 200 breaks the promise. */
  readonly garbage: boolean;
}

/** undefined: the mutation does not fit the operation. */
export type Mutation = (one: Reached, dice: Dice) => Mutated | undefined;

/** One name for a function, a log group, a user, a parameter, a secret and a bucket that exist. */
export const there = 'f-f';

/** Invocations and deletions get another name, so that what exists stays. */
const safe = ({ name }: Operation, given: string) => (/^(Invoke|Delete)/.test(name) ? 'none' : given);

const named = ['FunctionName', 'logGroupName', 'RoleName', 'UserName', 'PolicyName', 'Name', 'SecretId'];

/** An input with every member, in JSON's form. */
function full({ service, operation }: Reached): Record<string, unknown> {
  const schema = (service.sdk as Record<string, unknown[]>)[`${operation.name}$`] as unknown[];
  const input = inJson(valueFor(schema[4], 'full')) as Record<string, unknown>;
  for (const member of named) if (member in input) input[member] = safe(operation, there);
  return input;
}

function inJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(inJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inJson(item)]));
}

const bodyOf = (one: Reached, value: unknown = full(one)) => Buffer.from(written(one, value));
const request = (one: Reached, body: Uint8Array, label = there) =>
  asked(one, body, safe(one.operation, label));

/** Whether the wire has one document for which the operation looks. */
const hasDocument = (one: Reached) => documentOf(one) !== undefined;
const isJsonLike = ({ wire }: Reached) => wire !== 'query' && !isXml(wire);

/** Whether these bytes cannot be the document of any request. */
function unreadable({ wire }: Reached, body: Uint8Array): boolean {
  if (body.length === 0) return false;
  if (wire.startsWith('cbor')) return (body[0] as number) >> 5 !== 5;
  if (wire === 'query') return false;
  const text = Buffer.from(body).toString('latin1');
  // White space alone counts as an empty body.
  if (/^\s*$/.test(text)) return false;
  if (isXml(wire))
    return !text
      .replace(/^\xef\xbb\xbf/, '')
      .trimStart()
      .startsWith('<');
  try {
    const document = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
    return typeof document !== 'object' || document === null || Array.isArray(document);
  } catch {
    return true;
  }
}

const unreadableIn = (one: Reached, body: Uint8Array) => hasDocument(one) && unreadable(one, body);

export const mutations: Record<string, Mutation> = {
  'any bytes for the body': (one, dice) => {
    const body = dice.bytes(200);
    return {
      request: request(one, body, dice.among([there, dice.text(20)])),
      garbage: unreadableIn(one, body),
    };
  },

  'any text for the body': (one, dice) => {
    const body = Buffer.from(
      dice.among([dice.text(100), JSON.stringify([dice.text(5), 1]), 'null', '0', '"x"']),
    );
    return { request: request(one, body), garbage: unreadableIn(one, body) };
  },

  'one hostile member among valid ones': (one, dice) => {
    const places = placesIn(membersOf(one), full(one));
    if (places.length === 0) return undefined;
    const hostile = dice.among([
      null,
      -1,
      1e308,
      '',
      'x'.repeat(5000),
      dice.text(50),
      [null],
      {},
      0.5,
      '\u0000',
    ]);
    const value = replaced(full(one), dice.among(places).path, hostile);
    try {
      return { request: request(one, bodyOf(one, value)), garbage: false };
    } catch {
      // A client could not write it as a request either.
      return undefined;
    }
  },

  'a member of another type': (one, dice) => {
    const places = placesIn(documentOf(one) ?? [], full(one));
    if (one.wire === 'query') {
      const place = dice.amongSome(places.filter((some) => wrongPairs(some).length > 0));
      if (!place) return undefined;
      const value = replaced(full(one), place.path, undefined);
      const body = Buffer.concat([bodyOf(one, value), Buffer.from(`&${dice.among(wrongPairs(place))}`)]);
      return { request: request(one, body), garbage: true };
    }
    if (!isJsonLike(one)) return undefined;
    const place = dice.amongSome(places.filter(({ shape }) => wrongValues(shape).length > 0));
    if (!place) return undefined;
    const value = replaced(full(one), place.path, dice.among(wrongValues(place.shape)));
    return { request: request(one, bodyOf(one, value)), garbage: true };
  },

  'a required member is missing': (one, dice) => {
    if (isXml(one.wire)) return undefined;
    const required = placesIn(documentOf(one) ?? [], full(one)).filter((place) => place.required);
    const place = dice.amongSome(
      one.wire === 'query' ? required.filter(({ path }) => path.length === 1) : required,
    );
    if (!place) return undefined;
    return { request: request(one, bodyOf(one, replaced(full(one), place.path, undefined))), garbage: true };
  },

  'a body that is cut': (one, dice) => {
    const whole = bodyOf(one);
    const body = whole.subarray(0, dice.below(whole.length));
    const cut = body.length > 0 && (hasDocument(one) || isXml(one.wire)) && one.wire !== 'query';
    const document = hasDocument(one) && cut && (!isXml(one.wire) || whole[0] === 0x3c);
    return { request: request(one, body), garbage: document };
  },

  'a body with a part doubled, lost or put in': (one, dice) => {
    const whole = bodyOf(one);
    const [from, to] = [dice.below(whole.length + 1), dice.below(whole.length + 1)];
    const body = Buffer.concat([whole.subarray(0, from), dice.bytes(5), whole.subarray(to)]);
    return { request: request(one, body), garbage: unreadableIn(one, body) };
  },

  'something behind the document': (one, dice) => {
    if (!hasDocument(one) || one.wire === 'query') return undefined;
    const body = Buffer.concat([bodyOf(one), Buffer.from(dice.among(['x', '{}', '<a/>', '\u0000', '&']))]);
    return { request: request(one, body), garbage: true };
  },

  'XML that does not fit': (one, dice) => {
    const whole = bodyOf(one).toString();
    if (!isXml(one.wire) || !hasDocument(one) || !whole.startsWith('<')) return undefined;
    const change = dice.among<(xml: string) => string>([
      (xml) => xml.replace(/^<\w+/, '<Other').replace(/<\/\w+>$/, '</Other>'),
      (xml) => xml.replace(/^(<\w+>)/, '$1<Unknown/>'),
      (xml) => xml.replace(/^(<\w+>)/, '$1text'),
      (xml) => `<!DOCTYPE x>${xml}`,
      (xml) => `<!DOCTYPE x [<!ENTITY e "v">]>${xml.replace(/^(<\w+>)/, '$1&e;')}`,
      (xml) => xml.replace(/^(<\w+>)/, '$1&unknown;'),
      (xml) => xml.replace(/^<(\w+)>/, '<$1 a=1>'),
      (xml) => xml.replace(/^(<\w+>)/, '$1\u0001'),
    ]);
    return { request: request(one, Buffer.from(change(whole))), garbage: true };
  },

  'a form that cannot be decoded': (one, dice) => {
    if (one.wire !== 'query') return undefined;
    const body = Buffer.concat([
      bodyOf(one),
      Buffer.from(dice.among(['&a=%zz', '&a=%', '&a=%ff', '&%c3=1'])),
    ]);
    return { request: request(one, body), garbage: true };
  },

  'a changed signature': (one, dice) => {
    const name = dice.among(['authorization', 'x-amz-date']);
    const [at, character] = [dice.below(1000), String.fromCharCode(33 + dice.below(94))];
    let changed = false;
    const tamper = (headers: Record<string, string>) => {
      const value = headers[name] as string;
      const place = at % value.length;
      const other = value.slice(0, place) + character + value.slice(place + 1);
      changed = other.toLowerCase() !== value.toLowerCase();
      return changed ? { ...headers, [name]: other } : { ...headers, authorization: 'none' };
    };
    return { request: { ...request(one, bodyOf(one, {})), tamper }, garbage: true };
  },

  'an operation that does not exist': (one, dice) => {
    const good = request(one, bodyOf(one));
    const name = dice.word(12);
    switch (one.wire) {
      case 'query':
        return {
          request: { ...good, body: `Action=${name}&Version=${one.service.apiVersion}` },
          garbage: true,
        };
      case 'json-1.0':
      case 'json-1.1':
      case 'cbor-1.1': {
        const headers = { ...good.headers, 'x-amz-target': `${one.service.target}.${name}` };
        return { request: { ...good, headers }, garbage: true };
      }
      case 'cbor':
        return {
          request: { ...good, path: `/service/${one.service.target}/operation/${name}` },
          garbage: true,
        };
      case 'rest-json':
        return { request: { ...good, path: `/2015-03-31/${name}` }, garbage: true };
      default:
        return { request: { ...good, method: 'PATCH' }, garbage: true };
    }
  },

  'an address that is not an address': (one, dice) => {
    const good = request(one, bodyOf(one, {}));
    const path = `${good.path ?? '/'}${dice.among(['%zz', '%', '%ff', '//', '/..', '?', `/${encodeURIComponent(dice.text(10))}`])}`;
    return { request: { ...good, path: path.replace('?', '%3F') }, garbage: false };
  },

  'a query that is not expected': (one, dice) => {
    const good = request(one, bodyOf(one, {}));
    const [name, value] = [
      dice.among(['MaxItems', 'max-keys', 'Marker', 'Qualifier', 'uploads', 'x-id', dice.word(5)]),
      dice.text(8),
    ];
    const query = [good.query, `${name}=${encodeURIComponent(value)}`].filter(Boolean).join('&');
    return { request: { ...good, query }, garbage: false };
  },

  'a key that is too long': ({ service }, dice) => {
    if (service.name !== 's3') return undefined;
    const key = encodeURIComponent(dice.among(['k', '字', '/', ' ']).repeat(1025 + dice.below(3000)));
    const requests: Asked[] = [
      { service: 's3', method: dice.among(['GET', 'PUT', 'DELETE', 'HEAD']), path: `/${there}/${key}` },
      {
        service: 's3',
        method: 'GET',
        path: `/${there}`,
        query: `list-type=2&${dice.among(['prefix', 'start-after', 'delimiter'])}=${key}`,
      },
      {
        service: 's3',
        method: 'GET',
        path: `/${there}`,
        query: `${dice.among(['marker', 'prefix', 'delimiter'])}=${key}`,
      },
    ];
    return { request: dice.among(requests), garbage: true };
  },
};

function membersOf({ operation: { input } }: Reached) {
  return input.kind === 'structure' ? input.members : [];
}
