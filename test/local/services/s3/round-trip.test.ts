// What was put is what is got, for S3: input and output of every operation that is there, with the SDK's own client.
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as sdk from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationsOf } from '../../../../src/local/protocols/operations.ts';
import type { WireAnswer, WireRequest } from '../../../../src/local/protocols/protocol.ts';
import { restXmlProtocol } from '../../../../src/local/protocols/rest-xml.ts';
import { createS3Service } from '../../../../src/local/services/s3/service.ts';
import { memoryStore } from '../../memory-store.ts';
import { plain, valueFor } from '../../shape-values.ts';

const protocol = restXmlProtocol(sdk);
const handled = Object.keys(createS3Service(memoryStore(), '/nowhere').handlers);
const schemas = sdk as unknown as Record<string, [9, string, string, unknown, unknown, unknown]>;

let server: Server;
let client: sdk.S3Client;
let answer: (request: WireRequest) => WireAnswer;

beforeAll(async () => {
  server = createServer(async (incoming, outgoing) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const [path = '', search = ''] = (incoming.url ?? '').split(/\?(.*)/s);
    const { status, headers, body } = answer({
      method: incoming.method ?? '',
      path,
      query: search,
      headers: incoming.headers as WireRequest['headers'],
      body: Buffer.concat(parts),
    });
    outgoing.writeHead(status, headers);
    outgoing.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new sdk.S3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
});
afterAll(async () => {
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
});

const key = Buffer.alloc(32, 7);
const keyMd5 = createHash('md5').update(key).digest('base64');
/** Members of which the client, or HTTP, does not take every text. */
const particular: Record<string, unknown> = {
  Bucket: 'a-bucket',
  ChecksumAlgorithm: 'CRC32',
  // With ENABLED the client compares the body with the checksums, which are none here.
  ChecksumMode: 'DISABLED',
  ContentLength: 5,
  // The client reads it from the same header as Expires.
  ExpiresString: 'Fri, 31 Jan 2025 23:59:58 GMT',
  CopySourceSSECustomerKey: key.toString('base64'),
  CopySourceSSECustomerKeyMD5: keyMd5,
  SSECustomerKey: key.toString('base64'),
  SSECustomerKeyMD5: keyMd5,
  Metadata: { name: 'text, "with" more', 'other-name': 'b' },
};

function filled(schema: unknown): Record<string, unknown> {
  const values = valueFor(schema, 'full') as Record<string, unknown>;
  for (const name of Object.keys(particular)) if (name in values) values[name] = particular[name];
  return values;
}

/** Bodies that come as a stream, as bytes. */
async function collected(output: Record<string, unknown>): Promise<object> {
  const { Body } = output as { Body?: { transformToByteArray?(): Promise<Uint8Array> } };
  return Body?.transformToByteArray ? { ...output, Body: await Body.transformToByteArray() } : output;
}

describe('S3', () => {
  it('has the operations that a Lambda user needs', () => {
    expect(handled.length).toBeGreaterThan(40);
    expect(handled.filter((name) => !operationsOf(sdk).has(name))).toEqual([]);
  });

  it.each(handled)('%s', async (name) => {
    const [, , , , input, output] = schemas[`${name}$`] as (typeof schemas)[string];
    const put = filled(input);
    const wanted = filled(output);
    let read: unknown;
    let routed = '';
    let failure: unknown;
    answer = (request) => {
      try {
        const operation = protocol.route(request);
        routed = operation.name;
        read = protocol.read(operation, request);
        return protocol.write(operation, wanted as never, request, 'request-id');
      } catch (error) {
        failure = error;
        return { status: 500, headers: {}, body: '' };
      }
    };
    const Command = (sdk as never)[`${name}Command`] as new (input: unknown) => never;
    const answered = await client.send(new Command(put)).catch((error) => {
      throw failure ?? error;
    });
    expect(routed).toBe(name);
    expect(plain(read)).toEqual(plain(put));
    expect(plain(await collected(answered as never))).toEqual(plain(wanted));
  });
});
