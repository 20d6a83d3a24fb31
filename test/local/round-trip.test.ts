// Every operation's input, output and errors arrive unchanged over HTTP, with the SDK's own clients.
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsQueryProtocol } from '@aws-sdk/core/protocols';
import { SmithyRpcV2CborProtocol } from '@smithy/core/cbor';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compose } from '../../src/local/compose.ts';
import { protocolOf } from '../../src/local/protocols/of-api.ts';
import { problemOf, type WireAnswer, type WireRequest } from '../../src/local/protocols/protocol.ts';
import { shapeOf } from '../../src/local/protocols/shapes.ts';
import type { Service } from '../../src/local/service.ts';
import * as all from '../../src/local/services/all.ts';
import { surroundings } from './composed.ts';
import { type Filling, plain, streamOf, streams, valueFor } from './shape-values.ts';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

type OperationSchema = [9, string, string, unknown, unknown, unknown];
type ErrorSchema = [
  -3,
  string,
  string,
  { error: string; httpError?: number; awsQueryError?: [string, number] },
];

type Client = new (settings: object) => { send(command: never): Promise<object>; destroy(): void };

interface Spoken {
  name: string;
  service: Service;
  query: boolean;
  Client: Client;
}

const exported = ({ sdk }: Service) => sdk as Record<string, unknown>;

/** The client class of a package. */
function clientOf(service: Service): Client {
  const name = Object.keys(exported(service)).find((key) => /^[A-Z]\w*Client$/.test(key)) as string;
  return exported(service)[name] as Client;
}

/** One client for each protocol of a service. */
function spoken(service: Service): Spoken[] {
  const { name, protocol } = service;
  const Default = clientOf(service);
  if (protocol !== 'query-compatible') {
    return [{ name, service, query: protocol === 'query', Client: Default }];
  }
  const speaking = (wire: unknown) =>
    class extends Default {
      constructor(settings: object) {
        super({ ...settings, protocol: wire });
      }
    };
  return [
    { name: `${name} by JSON`, service, query: false, Client: Default },
    { name: `${name} by CBOR`, service, query: false, Client: speaking(SmithyRpcV2CborProtocol) },
    { name: `${name} by Query`, service, query: true, Client: speaking(AwsQueryProtocol) },
  ];
}

const key = Buffer.alloc(32, 7);
const keyMd5 = createHash('md5').update(key).digest('base64');
/** Members for which the client or HTTP does not accept every text. */
const particularOf: Record<string, Record<string, unknown>> = {
  // The client signs with asymmetric keys when an event goes to a global endpoint.
  events: { EndpointId: undefined },
};
/** Those of S3. */
const particular: Record<string, unknown> = {
  Bucket: 'a-bucket',
  ChecksumAlgorithm: 'CRC32',
  // With ENABLED the client checks the body against its checksums, which are not valid here.
  ChecksumMode: 'DISABLED',
  ContentLength: 5,
  // The client reads this member from the same header as Expires.
  ExpiresString: 'Fri, 31 Jan 2025 23:59:58 GMT',
  CopySourceSSECustomerKey: key.toString('base64'),
  CopySourceSSECustomerKeyMD5: keyMd5,
  SSECustomerKey: key.toString('base64'),
  SSECustomerKeyMD5: keyMd5,
  Metadata: { name: 'text, "with" more', 'other-name': 'b' },
};

/** The value with streams read into bytes. */
async function collected(output: object): Promise<object> {
  const { Body } = output as { Body?: { transformToByteArray?(): Promise<Uint8Array> } };
  return Body?.transformToByteArray ? { ...output, Body: await Body.transformToByteArray() } : output;
}

/** The value as Query can tell it: an empty list or map whose items are members of their own is absent. */
function unlisted(schema: unknown, value: Record<string, unknown>): Record<string, unknown> {
  const shape = shapeOf(schema);
  const members = shape.kind === 'structure' ? shape.members : [];
  const lost = members.filter(
    ({ name, traits }) => traits.xmlFlattened && Object.keys(value[name] ?? {}).length === 0,
  );
  const names = lost.map(({ name }) => name);
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

const services = compose(all, surroundings()).services.flatMap(spoken);

describe.each(services)('$name', ({ service, query, Client }) => {
  const sdk = exported(service);
  const protocol = protocolOf(service);
  const xml = service.protocol === 's3';
  // For S3 only supported operations: other operations on buckets cannot be told apart.
  const operations = Object.values(sdk).filter(
    (schema): schema is OperationSchema =>
      Array.isArray(schema) && schema[0] === 9 && (!xml || schema[2] in service.handlers),
  );
  const errors = Object.values(sdk).filter(
    (schema): schema is ErrorSchema =>
      Array.isArray(schema) && schema[0] === -3 && typeof schema[3] === 'object' && 'error' in schema[3],
  );
  let server: Server;
  let client: InstanceType<Client>;
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
      if (typeof body === 'string' || body instanceof Uint8Array) return void outgoing.end(body);
      for await (const part of body) outgoing.write(part);
      outgoing.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    client = new Client({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
      maxAttempts: 1,
      disableHostPrefix: true,
      forcePathStyle: true,
      // The client of Kinesis speaks HTTP/2 otherwise.
      requestHandler: new NodeHttpHandler(),
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      // The client of SQS compares MD5s of messages, which are not valid here.
      ...(service.name === 'sqs' ? { md5: false } : {}),
    });
  });

  afterAll(async () => {
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  const send = (operation: string, input: unknown) => {
    const Command = sdk[`${operation}Command`] as new (input: unknown) => never;
    return client.send(new Command(input));
  };

  const filled = (schema: unknown, filling: Filling, wishes: object = {}): Record<string, unknown> => {
    const values = valueFor(schema, filling, wishes) as Record<string, unknown>;
    const special = xml ? particular : (particularOf[service.name] ?? {});
    const own = Object.keys(special).filter((name) => name in values);
    return { ...values, ...Object.fromEntries(own.map((name) => [name, special[name]])) };
  };

  it('is read in full', () => {
    const names = operations.map(([, , name]) => name);
    expect(Object.keys(service.handlers).filter((name) => !names.includes(name))).toEqual([]);
    expect(operations.length).toBeGreaterThan(3);
    expect(errors.length).toBeGreaterThan(4);
    // No operation is omitted: streamed answers are tested below, and no request is streamed.
    expect(operations.filter(([, , , , input]) => streams(input))).toEqual([]);
  });

  describe.each<Filling>(xml ? ['full'] : ['full', 'blank'])('with %s members', (filling) => {
    it.each(operations.filter(([, , , , input, output]) => !streams(input) && !streams(output)))(
      '%i %s %s',
      async (...schema) => {
        const [, , name, , input, output] = schema;
        const put = filled(input, filling, { emptyMaps: !query });
        const wanted = filled(output, filling);
        let routed: string | undefined;
        let got: unknown;
        let failure: unknown;
        answer = (request) => {
          try {
            const operation = protocol.route(request);
            routed = operation.name;
            got = protocol.read(operation, request);
            return protocol.write(operation, wanted as never, request, 'request-id');
          } catch (error) {
            failure = error;
            return { status: 500, headers: {}, body: '' };
          }
        };
        const answered = await send(name, put).catch((error) => {
          throw failure ?? error;
        });
        expect(routed).toBe(name);
        expect(plain(got)).toEqual(plain(put));
        expect(plain(await collected(answered))).toEqual(plain(query ? unlisted(output, wanted) : wanted));
      },
    );
  });

  const streaming = operations.filter(([, , , , , output]) => streams(output));
  describe.runIf(streaming.length > 0)('in parts', () => {
    /** Sends an operation whose stream contains these events and then ends as given. Returns the received events. */
    async function exchange(
      schema: OperationSchema,
      events: object[],
      end?: Error,
    ): Promise<{ got: unknown[]; rest: unknown; error: Error | undefined; put: unknown; read: unknown }> {
      const [, , name, , input, output] = schema;
      const put = valueFor(input, 'full');
      const stream = streamOf(output).name;
      let read: unknown;
      answer = (request) => {
        const operation = protocol.route(request);
        read = protocol.read(operation, request);
        const parts = (async function* () {
          yield* events;
          if (end) throw end;
        })();
        const rest = valueFor(output, 'full', { members: (member) => member !== stream }) as object;
        return protocol.write(operation, { ...rest, [stream]: parts }, request, 'request-id');
      };
      const got: unknown[] = [];
      let rest: unknown;
      let error: Error | undefined;
      try {
        const { [stream]: parts, ...beside } = (await send(name, put)) as Record<string, unknown>;
        rest = beside;
        for await (const event of parts as AsyncIterable<unknown>) got.push(event);
      } catch (reason) {
        error = reason as Error;
      }
      return { got, rest, error, put, read };
    }

    it.each(streaming)('%i %s %s', async (...schema) => {
      const { events, exceptions } = streamOf(schema[5]);
      const wanted = events.map(([name, member]) => ({ [name]: valueFor(member, 'full') }));
      const { got, rest, error, put, read } = await exchange(schema, wanted);
      expect(error).toBeUndefined();
      expect(plain(got)).toEqual(plain(wanted));
      expect(plain(read)).toEqual(plain(put));
      const stream = streamOf(schema[5]).name;
      const beside = valueFor(schema[5], 'full', { members: (member) => member !== stream });
      expect(plain(rest)).toEqual(plain(beside));
      for (const name of exceptions) {
        const Exception = sdk[name] as new (members: object) => Error;
        const failed = await exchange(schema, wanted, new Exception({ message: 'over', $metadata: {} }));
        expect(plain(failed.got)).toEqual(plain(wanted));
        expect(failed.error).toMatchObject({ name, message: 'over' });
      }
      const broken = await exchange(schema, [], new RangeError('broken'));
      expect(broken.error).toMatchObject({ name: 'RangeError', message: expect.stringMatching(/^broken/) });
    });
  });

  // When Query has the same code for several errors, clients know only one of them.
  const codes = errors.map(([, , , { awsQueryError }]) => awsQueryError?.[0]);
  const distinct = errors.filter(([, , name], index) => {
    const code = codes[index];
    return !code || name === code || codes.indexOf(code) === codes.lastIndexOf(code);
  });

  it.each(distinct)('%i %s %s', async (...schema) => {
    const [, , name, traits] = schema;
    const known = traits.awsQueryError;
    const values = valueFor(schema, 'full', {
      members: (member) => !/^message$/i.test(member),
    }) as Record<string, unknown>;
    // The SDK reads only code and message from an error in XML, as AWS sends no more.
    const members = query || xml ? {} : values;
    const Exception = sdk[name] as new (members: object) => Error;
    const message = 'Why <not> & "so"?';
    answer = (request) => {
      const thrown = new Exception({ ...members, message, $metadata: {} });
      return protocol.writeError(problemOf(thrown, sdk), request, 'request-id');
    };
    const [, , operation, , input] = operations.find(([, , , , one]) => !streams(one)) as OperationSchema;
    const error = (await send(operation, filled(input, 'full')).then(
      () => undefined,
      (reason) => reason,
    )) as Error & { $metadata: { httpStatusCode: number } };
    expect(error).toBeInstanceOf(Exception);
    expect({ name: error.name, message: error.message, status: error.$metadata.httpStatusCode }).toEqual({
      name,
      message,
      status: (query ? known?.[1] : undefined) ?? traits.httpError ?? (traits.error === 'server' ? 500 : 400),
    });
    expect(plain(error)).toMatchObject(plain(members) as object);
  });
});
