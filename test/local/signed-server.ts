// The local AWS in the test's own process, with a store in memory if none is given, and correctly signed requests to it.
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cbor } from '@smithy/core/cbor';
import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import { compose, type ServiceFactory } from '../../src/local/compose.ts';
import { createLocalServer } from '../../src/local/server.ts';
import * as all from '../../src/local/services/all.ts';
import { createIamService } from '../../src/local/services/iam/service.ts';
import { account, callerOf } from './call.ts';
import { surroundings } from './composed.ts';
import { memoryStore } from './memory-store.ts';
import { role } from './services/lambda/control.ts';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

export interface Asked {
  service: string;
  method?: string;
  /** Percent-encoded. */
  path?: string;
  /** Percent-encoded, without the question mark. */
  query?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Changes the headers after they were signed. */
  tamper?(headers: Record<string, string>): Record<string, string>;
}

export interface Answered {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
  bytes: Buffer;
  /** The code of the error, wherever the protocol puts it. */
  code: string | undefined;
  message: string | undefined;
}

/** `factories`: the services, IAM among them; all services by default. */
export async function signedServer(
  store = memoryStore(),
  factories: Readonly<Record<string, ServiceFactory>> = all,
) {
  const dir = await mkdtemp(join(tmpdir(), 'slsctl-server-'));
  const local = compose(factories, surroundings({ store, dir }));
  const { services } = local;
  await callerOf(local.of(createIamService))('CreateRole', {
    RoleName: role.slice(role.lastIndexOf('/') + 1),
    AssumeRolePolicyDocument: trust,
  });
  const holder = {
    ...credentials,
    account,
    arn: `arn:aws:iam::${account}:root`,
    userId: account,
  };
  const server = createLocalServer({
    services,
    store,
    holder: (id) => (id === credentials.accessKeyId ? holder : undefined),
    health: () => ({}),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    services,
    endpoint: `http://127.0.0.1:${port}`,
    credentials,
    dir,
    async ask(asked: Asked): Promise<Answered> {
      const { path = '/', query = '', method = 'POST', body = '' } = asked;
      const signed = await sign(asked, `127.0.0.1:${port}`);
      const headers = asked.tamper?.(signed) ?? signed;
      return new Promise((resolve, reject) => {
        const target = query === '' ? path : `${path}?${query}`;
        const sent = request({ host: '127.0.0.1', port, method, path: target, headers }, async (incoming) => {
          const parts: Buffer[] = [];
          for await (const part of incoming) parts.push(part as Buffer);
          const whole = Buffer.concat(parts);
          const text = whole.toString();
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: text,
            bytes: whole,
            ...errorOf(whole, incoming.headers),
          });
        });
        sent.on('error', reject);
        sent.end(body);
      });
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await local.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export type SignedServer = Awaited<ReturnType<typeof signedServer>>;

async function sign(asked: Asked, host: string): Promise<Record<string, string>> {
  const { service, path = '/', query = '', method = 'POST', headers = {}, body = '' } = asked;
  const uriEscapePath = service !== 's3';
  const signer = new SignatureV4({
    service,
    region: 'eu-central-1',
    credentials,
    sha256: Sha256,
    uriEscapePath,
  });
  const bag: Record<string, string[]> = {};
  for (const pair of query.split('&').filter((one) => one !== '')) {
    const [name = '', value = ''] = pair.split(/=(.*)/s).map((text) => unescaped(text));
    bag[name] = [...(bag[name] ?? []), value];
  }
  // S3 requires the hash of the body in a header.
  const hash: Record<string, string> = service === 's3' ? { 'x-amz-content-sha256': sha256(body) } : {};
  const signed = await signer.sign({
    method,
    protocol: 'http:',
    hostname: host,
    path,
    query: bag,
    headers: { ...hash, ...headers, host },
    body,
  });
  return { ...signed.headers, 'content-length': String(Buffer.byteLength(body)) };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function errorOf(body: Buffer, headers: IncomingMessage['headers']) {
  const text = body.toString();
  if (body.length > 0 && /cbor/.test(headers['content-type'] ?? '')) {
    const { __type: code, message } = cbor.deserialize(body);
    return { code, message };
  }
  if (text.startsWith('<')) {
    const inside = (tag: string) => new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(text)?.[1];
    return { code: inside('Code'), message: inside('Message') };
  }
  try {
    const { message, Message } = JSON.parse(text);
    return { code: headers['x-amzn-errortype'] as string | undefined, message: message ?? Message };
  } catch {
    return { code: undefined, message: undefined };
  }
}

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');

export const Sha256 = Hash.bind(null, 'sha256');
