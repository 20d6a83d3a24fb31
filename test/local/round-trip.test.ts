// What was put is what is got: every operation's input, output and errors, over HTTP, with the SDK's own clients.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import * as tagging from '@aws-sdk/client-resource-groups-tagging-api';
import * as secretsmanager from '@aws-sdk/client-secrets-manager';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import { AwsQueryProtocol } from '@aws-sdk/core/protocols';
import { SmithyRpcV2CborProtocol } from '@smithy/core/cbor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonProtocol } from '../../src/local/protocols/json.ts';
import {
  type Protocol,
  problemOf,
  type WireAnswer,
  type WireRequest,
} from '../../src/local/protocols/protocol.ts';
import { queryProtocol } from '../../src/local/protocols/query.ts';
import { queryCompatibleProtocol } from '../../src/local/protocols/query-compatible.ts';
import { restJsonProtocol } from '../../src/local/protocols/rest-json.ts';
import { type Filling, plain, streamOf, streams, valueFor } from './shape-values.ts';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

type OperationSchema = [9, string, string, unknown, unknown, unknown];
type ErrorSchema = [
  -3,
  string,
  string,
  { error: string; httpError?: number; awsQueryError?: [string, number] },
];

interface Spoken {
  name: string;
  sdk: Record<string, unknown>;
  protocol: Protocol;
  query: boolean;
  Client: new (settings: object) => { send(command: never): Promise<object>; destroy(): void };
}

/** CloudWatch's client as it speaks another of its protocols. */
function speaking(protocol: unknown) {
  return class extends cloudwatch.CloudWatchClient {
    constructor(settings: object) {
      super({ ...settings, protocol } as cloudwatch.CloudWatchClientConfig);
    }
  };
}

const services = [
  {
    name: 'lambda',
    sdk: lambda,
    protocol: restJsonProtocol(lambda),
    query: false,
    Client: lambda.LambdaClient,
  },
  { name: 'iam', sdk: iam, protocol: queryProtocol(iam, 'iam'), query: true, Client: iam.IAMClient },
  { name: 'sts', sdk: sts, protocol: queryProtocol(sts, 'sts'), query: true, Client: sts.STSClient },
  {
    name: 'logs',
    sdk: logs,
    protocol: jsonProtocol(logs, '1.1'),
    query: false,
    Client: logs.CloudWatchLogsClient,
  },
  { name: 'ssm', sdk: ssm, protocol: jsonProtocol(ssm, '1.1'), query: false, Client: ssm.SSMClient },
  {
    name: 'secretsmanager',
    sdk: secretsmanager,
    protocol: jsonProtocol(secretsmanager, '1.1'),
    query: false,
    Client: secretsmanager.SecretsManagerClient,
  },
  {
    name: 'cloudwatch by JSON',
    sdk: cloudwatch,
    protocol: queryCompatibleProtocol(cloudwatch, 'monitoring'),
    query: false,
    Client: cloudwatch.CloudWatchClient,
  },
  {
    name: 'cloudwatch by CBOR',
    sdk: cloudwatch,
    protocol: queryCompatibleProtocol(cloudwatch, 'monitoring'),
    query: false,
    Client: speaking(SmithyRpcV2CborProtocol),
  },
  {
    name: 'cloudwatch by Query',
    sdk: cloudwatch,
    protocol: queryCompatibleProtocol(cloudwatch, 'monitoring'),
    query: true,
    Client: speaking(AwsQueryProtocol),
  },
  {
    name: 'tagging',
    sdk: tagging,
    protocol: jsonProtocol(tagging, '1.1'),
    query: false,
    Client: tagging.ResourceGroupsTaggingAPIClient,
  },
] as unknown as Spoken[];

describe.each(services)('$name', ({ sdk, protocol, query, Client }) => {
  const operations = Object.values(sdk).filter(
    (schema): schema is OperationSchema => Array.isArray(schema) && schema[0] === 9,
  );
  const errors = Object.values(sdk).filter(
    (schema): schema is ErrorSchema =>
      Array.isArray(schema) && schema[0] === -3 && typeof schema[3] === 'object' && 'error' in schema[3],
  );
  let server: Server;
  let client: InstanceType<Spoken['Client']>;
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

  it('is read in full', () => {
    expect(operations.length).toBeGreaterThan(8);
    expect(errors.length).toBeGreaterThan(5);
    // Nothing is left out: what answers in parts is below, and nothing is asked in parts.
    expect(operations.filter(([, , , , input]) => streams(input))).toEqual([]);
  });

  describe.each<Filling>(['full', 'blank'])('with %s members', (filling) => {
    it.each(operations.filter(([, , , , input, output]) => !streams(input) && !streams(output)))(
      '%i %s %s',
      async (...schema) => {
        const [, , name, , input, output] = schema;
        const put = valueFor(input, filling, { emptyMaps: !query });
        const wanted = valueFor(output, filling);
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
        expect(plain(answered)).toEqual(plain(wanted));
      },
    );
  });

  const streaming = operations.filter(([, , , , , output]) => streams(output));
  describe.runIf(streaming.length > 0)('in parts', () => {
    /** Sends an operation whose stream holds these events and ends as said; gives what arrived. */
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

  // Of errors that Query calls the same, clients know the one.
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
    // Of an error in XML the SDK reads what AWS sends there: no more than code and message.
    const members = query ? {} : values;
    const Exception = sdk[name] as new (members: object) => Error;
    const message = 'Why <not> & "so"?';
    answer = (request) => {
      const thrown = new Exception({ ...members, message, $metadata: {} });
      return protocol.writeError(problemOf(thrown, sdk), request, 'request-id');
    };
    const [, , operation, , input] = operations.find(([, , , , one]) => !streams(one)) as OperationSchema;
    const error = (await send(operation, valueFor(input, 'full')).then(
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
