// Every operation can be reached in every protocol; damaged zips are refused. The trust suite mutates the requests.
import { readdir } from 'node:fs/promises';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { role } from './services/lambda/control.ts';
import { type Asked, type SignedServer, signedServer } from './signed-server.ts';
import { asked, type Reached, reached, type Wire, written } from './wires.ts';
import { filesZip } from './zip.ts';

let server: SignedServer;
let all: Reached[];
beforeAll(async () => {
  server = await signedServer();
  all = reached(server.services);
});
afterAll(() => server.close());

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

describe('any operation', () => {
  it('reaches its handler, for every service and protocol', () => {
    expect(new Set(all.map(({ service }) => service.name))).toEqual(
      new Set(server.services.map(({ name }) => name)),
    );
    expect(server.services.length).toBeGreaterThan(8);
    expect(new Set(all.map(({ wire }) => wire))).toEqual(
      new Set<Wire>(['cbor', 'cbor-1.1', 'json-1.0', 'json-1.1', 'query', 'rest-json', 'rest-xml', 's3']),
    );
    expect(all.length).toBeGreaterThan(250);
  });
});

describe('a damaged zip', () => {
  const create = (ZipFile: string) => {
    const one = all.find(({ operation }) => operation.name === 'CreateFunction') as Reached;
    const input = { FunctionName: 'g', Role: role, Runtime: 'python3.13', Handler: 'a.b', Code: { ZipFile } };
    return asked(one, written(one, input), 'g');
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
