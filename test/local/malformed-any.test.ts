// Generated requests to every operation of every service, in every protocol: never a crash, and never a 200 for an
// invalid request.
import { readdir } from 'node:fs/promises';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Operation } from '../../src/local/protocols/operations.ts';
import { anyText } from '../support/properties/any-text.ts';
import { role } from './services/lambda/control.ts';
import { valueFor } from './shape-values.ts';
import { type Asked, type SignedServer, signedServer } from './signed-server.ts';
import { asked, documentOf, type Reached, reached, type Wire, written } from './wires.ts';
import { filesZip } from './zip.ts';

/** One name for a function, a log group, a user, a parameter, a secret and a bucket. */
const there = 'f-f';
const location =
  '<CreateBucketConfiguration><LocationConstraint>eu-central-1</LocationConstraint></CreateBucketConfiguration>';

let server: SignedServer;
let all: Reached[];
beforeAll(async () => {
  // The SDK's decoder of CBOR warns of lengths that are far too large.
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  server = await signedServer();
  all = reached(server.services);
  const ZipFile = Buffer.from(filesZip({ 'index.py': 'x = 1\n' })).toString('base64');
  for (const [operation, input] of [
    [
      'CreateFunction',
      { FunctionName: there, Role: role, Runtime: 'python3.13', Handler: 'a.b', Code: { ZipFile } },
    ],
    ['CreateLogGroup', { logGroupName: there }],
    ['CreateUser', { UserName: there }],
    ['PutParameter', { Name: there, Value: 'v', Type: 'String' }],
    ['CreateSecret', { Name: there, SecretString: 's', ClientRequestToken: 'a'.repeat(32) }],
  ] as const) {
    const one = all.find((it) => it.operation.name === operation) as Reached;
    expect((await server.ask(asked(one, written(one, input), there))).status).toBeLessThan(300);
  }
  const bucket = await server.ask({ service: 's3', method: 'PUT', path: `/${there}`, body: location });
  expect(bucket.status).toBe(200);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await server.close();
});

// Named often, so that many requests get past the look-up. Invoke and delete operations get another name.
const label = fc.oneof(fc.constant(there), anyText({ minLength: 1, maxLength: 20 }));
const safe = ({ name }: Operation, given: string) => (/^(Invoke|Delete)/.test(name) ? 'none' : given);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.oneof(fc.json(), anyText()).map((text) => new Uint8Array(Buffer.from(text))),
);
/** By name, because the name is shown when a property fails. */
const oneOf = (some: readonly Reached[]) => fc.constantFrom(...some.map(nameOf));
const nameOf = ({ service, operation, wire }: Reached) => `${service.name} ${operation.name} in ${wire}`;
const named = (name: string) => all.find((one) => nameOf(one) === name) as Reached;

/** The answer; it must not be a failure of the server itself. */
async function answered(request: Asked) {
  const { status, body, code } = await server.ask(request);
  expect({ status, body, request }).toSatisfy(
    (got: { status: number }) => got.status >= 200 && got.status < 500,
  );
  return { status, code };
}

/** The request is refused, with a code that clients recognize. */
async function refused(request: Asked): Promise<void> {
  const { status, code } = await answered(request);
  expect({ status, code, request }).toSatisfy(
    (got: { status: number; code?: string }) =>
      got.status >= 400 && (got.code !== undefined || got.status === 404),
  );
}

/** The input with one member, at any depth, replaced by another value. */
function spoiled(value: unknown, at: number, by: unknown): unknown {
  let left = at;
  const walk = (inner: unknown): unknown => {
    if (left-- === 0) return by;
    if (inner instanceof Uint8Array) return Buffer.from(inner).toString('base64');
    if (inner instanceof Date) return inner.getTime() / 1000;
    if (Array.isArray(inner)) return inner.map(walk);
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, item]) => [key, walk(item)]));
  };
  return walk(value);
}

function full({ service, operation }: Reached): Record<string, unknown> {
  const schema = (service.sdk as Record<string, unknown[]>)[`${operation.name}$`] as unknown[];
  const input = valueFor(schema[4], 'full') as Record<string, unknown>;
  for (const member of [
    'FunctionName',
    'logGroupName',
    'RoleName',
    'UserName',
    'PolicyName',
    'Name',
    'SecretId',
  ]) {
    if (member in input && !operation.name.startsWith('Delete')) input[member] = there;
  }
  return input;
}

describe('any operation', () => {
  it('reaches its handler, for every service and protocol', () => {
    expect(new Set(all.map(({ service }) => service.name))).toEqual(
      new Set(server.services.map(({ name }) => name)),
    );
    expect(server.services.length).toBeGreaterThan(8);
    expect(new Set(all.map(({ wire }) => wire))).toEqual(
      new Set<Wire>(['cbor', 'json-1.0', 'json-1.1', 'query', 'rest-json', 'rest-xml']),
    );
    expect(all.length).toBeGreaterThan(250);
  });

  it('does not fail with any bytes as its body', async () => {
    await fc.assert(
      fc.asyncProperty(oneOf(all), bytes, label, async (which, body, name) => {
        const one = named(which);
        await answered(asked(one, body, safe(one.operation, name)));
      }),
      { numRuns: 2000 },
    );
  });

  it('does not fail with one invalid member among valid ones', async () => {
    const by = fc.oneof(fc.jsonValue(), fc.constantFrom(null, -1, 1e308, '', 'x'.repeat(5000), [null], {}));
    await fc.assert(
      fc.asyncProperty(oneOf(all), fc.nat(30), by, label, async (which, at, value, name) => {
        const one = named(which);
        let body: Uint8Array;
        try {
          body = written(one, spoiled(full(one), at, value));
        } catch {
          // A client could not write it as a request either.
          return;
        }
        await answered(asked(one, body, safe(one.operation, name)));
      }),
      { numRuns: 2000 },
    );
  });

  it('does not fail with a body that is cut, doubled, or has something inserted', async () => {
    await fc.assert(
      fc.asyncProperty(
        oneOf(all),
        fc.nat(),
        fc.nat(),
        fc.uint8Array({ maxLength: 5 }),
        async (which, from, to, put) => {
          const one = named(which);
          const whole = Buffer.from(written(one, spoiled(full(one), -1, undefined)));
          const [a, b] = [from % (whole.length + 1), to % (whole.length + 1)];
          const body = Buffer.concat([whole.subarray(0, a), put, whole.subarray(b)]);
          await answered(asked(one, body, safe(one.operation, there)));
        },
      ),
      { numRuns: 1000 },
    );
  });

  const unreadable: Record<Wire, (body: Uint8Array) => boolean> = {
    'json-1.0': isNotJson,
    'json-1.1': isNotJson,
    'rest-json': isNotJson,
    'rest-xml': (body) => body.length > 0 && !Buffer.from(body).toString().trimStart().startsWith('<'),
    // The first byte of a map is 0xa0 to 0xbf.
    cbor: ([first]) => first !== undefined && first >> 5 !== 5,
    query: () => true,
  };

  it('refuses a document that cannot be read', async () => {
    const some = all.filter((one) => documentOf(one));
    expect(some.length).toBeGreaterThan(200);
    await fc.assert(
      fc.asyncProperty(oneOf(some), bytes, async (which, body) => {
        const one = named(which);
        fc.pre(unreadable[one.wire](body));
        const cut = one.wire === 'query' ? Buffer.concat([body, Buffer.from('&a=%zz')]) : body;
        await refused(asked(one, cut, safe(one.operation, there)));
      }),
      { numRuns: 1500 },
    );
  });

  it('refuses a request whose signature differs in one character', async () => {
    const places = ['authorization', 'x-amz-date'];
    await fc.assert(
      fc.asyncProperty(
        oneOf(all),
        fc.constantFrom(...places),
        fc.nat(),
        fc.integer({ min: 33, max: 126 }),
        async (which, name, at, code) => {
          const one = named(which);
          const tamper = (headers: Record<string, string>) => {
            const value = headers[name] as string;
            const place = at % value.length;
            const changed = value.slice(0, place) + String.fromCharCode(code) + value.slice(place + 1);
            fc.pre(changed.toLowerCase() !== value.toLowerCase());
            return { ...headers, [name]: changed };
          };
          const body = written(one, {});
          const { status } = await server.ask({ ...asked(one, body, safe(one.operation, there)), tamper });
          expect({ status, operation: one.operation.name }).toSatisfy(
            // Another service in the scope is then an unknown service.
            (got: { status: number }) => (got.status >= 400 && got.status < 500) || got.status === 501,
          );
        },
      ),
      { numRuns: 600 },
    );
  });
});

describe('a damaged zip', () => {
  const create = (ZipFile: string) => {
    const one = all.find(({ operation }) => operation.name === 'CreateFunction') as Reached;
    const input = { FunctionName: 'g', Role: role, Runtime: 'python3.13', Handler: 'a.b', Code: { ZipFile } };
    return asked(one, written(one, input), there);
  };
  const remove = () => server.ask({ service: 'lambda', method: 'DELETE', path: '/2015-03-31/functions/g' });

  it('of random bytes is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), (body) =>
        refused(create(Buffer.from(body).toString('base64'))),
      ),
      { numRuns: 100 },
    );
  });

  it('that is not base64 is refused', async () => {
    const alien = fc.string({ minLength: 1 }).filter((text) => !/^[A-Za-z0-9+/=]*$/.test(text));
    await fc.assert(
      fc.asyncProperty(alien, (text) => refused(create(text))),
      { numRuns: 100 },
    );
  });

  it('with some changed bytes is refused, or unpacked inside its folder', async () => {
    const good = Buffer.from(filesZip({ 'index.py': 'x = 1\n', 'a/b/c.txt': 'text', 'd.py': 'y = 2\n' }));
    const before = (await readdir(server.dir)).toSorted();
    const change = fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const zip = Buffer.from(good);
        for (const [at, value] of changes) zip[at] = value;
        const { status } = await answered(create(zip.toString('base64')));
        if (status < 300) await remove();
        expect((await readdir(server.dir)).toSorted()).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });
});

function isNotJson(body: Uint8Array): boolean {
  // White space alone counts as an empty body.
  if (/^\s*$/.test(Buffer.from(body).toString('latin1'))) return false;
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return false;
  } catch {
    return true;
  }
}
