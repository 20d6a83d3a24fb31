// HTTP and HTTP_PROXY: integrations with a web server on this machine.
import { type IncomingMessage, request as send } from 'node:http';
import { request as sendSafely } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { Integration } from '@aws-sdk/client-api-gateway';
import { pairedFields } from '../../../../http/fields.ts';
import { noticeOnce } from '../../../../notices.ts';
import type { HeaderLine } from '../../../../protocols/protocol.ts';
import { headerValues } from '../expressions.ts';
import { integrationFailed, misconfigured } from '../gateway-error.ts';
import { inTime } from '../invoke-function.ts';
import type { EndpointAnswer } from '../proxy-answer.ts';
import type { RestRequest } from '../rest-request.ts';
import { addressOf, mappedParameters, mappedRequest } from './mapped-request.ts';
import { mappedResponse } from './mapped-response.ts';

/** @throws GatewayError */
export async function http(request: RestRequest, integration: Integration): Promise<EndpointAnswer> {
  const { body, context, headers, querystring, path } = mappedRequest(request, integration);
  const answer = await ask(request, integration, {
    fields: Object.entries(headers),
    query: Object.entries(querystring),
    path,
    body,
  });
  const { statusCode = 0, rawHeaders, content } = answer;
  const backend = { selector: String(statusCode), fields: pairedFields(rawHeaders), body: content };
  return mappedResponse(request, integration, backend, context);
}

/** Headers of the request that do not pass by themselves; mappings may set them. */
const heldBack = new Set(['host', 'content-encoding', 'via']);

/** @throws GatewayError */
export async function httpProxy(request: RestRequest, integration: Integration): Promise<EndpointAnswer> {
  const mapped = mappedParameters(request, integration);
  const set = new Set(Object.keys(mapped.header).map((name) => name.toLowerCase()));
  const passed = request.fields.filter(
    ([name]) => !heldBack.has(name.toLowerCase()) && !set.has(name.toLowerCase()),
  );
  const sent = Object.entries(request.query).flatMap(([name, values]) =>
    values.map((value) => [name, value] as const),
  );
  const {
    statusCode = 0,
    rawHeaders,
    content,
  } = await ask(request, integration, {
    fields: [...passed, ...Object.entries(mapped.header)],
    query: [...sent, ...Object.entries(mapped.querystring)],
    path: mapped.path,
    body: request.body,
  });
  return { status: statusCode, fields: pairedFields(rawHeaders), body: content };
}

interface Question {
  readonly fields: readonly HeaderLine[];
  readonly query: readonly HeaderLine[];
  readonly path: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

interface Answer extends Pick<IncomingMessage, 'statusCode' | 'rawHeaders'> {
  readonly content: Buffer;
}

/** Mappings cannot set these. */
const neverSent = new Set([
  'connection',
  'expect',
  'proxy-authenticate',
  'te',
  'trailer',
  'via',
  'transfer-encoding',
]);
const withoutBody = ['GET', 'HEAD', 'OPTIONS'];

/** @throws GatewayError when there is no answer */
async function ask(request: RestRequest, integration: Integration, question: Question): Promise<Answer> {
  const { uri = '', httpMethod, timeoutInMillis = 29_000 } = integration;
  const method = !httpMethod || httpMethod === 'ANY' ? request.httpMethod : httpMethod;
  const address = addressOf(uri, question.path, request);
  if (!URL.canParse(address)) throw misconfigured('Invalid endpoint address');
  const url = new URL(address);
  for (const [name, value] of question.query) url.searchParams.append(name, value);
  if (!isHere(url)) {
    noticeOnce(`API Gateway calls only web servers on this machine here, and not ${url.origin}`);
    throw integrationFailed(504);
  }
  const body = withoutBody.includes(method) ? '' : question.body;
  const fields = sentFields(request, question.fields, { method, url, length: Buffer.byteLength(body) });
  return inTime(exchange(url, { method, fields, body }), timeoutInMillis);
}

/** Names below localhost lead to this machine, whether its resolver knows them or not. */
const isHere = ({ hostname }: URL): boolean =>
  /^(127\.\d+\.\d+\.\d+|localhost|.+\.localhost|\[::1\])$/.test(hostname);

function sentFields(
  request: RestRequest,
  fields: readonly HeaderLine[],
  { method, url, length }: { method: string; url: URL; length: number },
): HeaderLine[] {
  const kept = fields.filter(
    ([name]) => !neverSent.has(name.toLowerCase()) && !/^x-amzn-trace-id$/i.test(name),
  );
  const has = (name: string) => kept.some(([one]) => one.toLowerCase() === name);
  const type = headerValues(request, 'content-type').at(-1);
  const added: HeaderLine[] = [
    ['Accept', 'application/json'],
    ['User-Agent', `AmazonAPIGateway_${request.api.id}`],
    ['Host', url.host],
  ];
  if (type !== undefined && !withoutBody.includes(request.httpMethod)) added.push(['Content-Type', type]);
  const own: HeaderLine[] = [
    ['X-Amzn-Trace-Id', request.trace],
    ['X-Amzn-Apigateway-Api-Id', request.api.id],
  ];
  if (!['GET', 'HEAD'].includes(method)) own.push(['Content-Length', String(length)]);
  return [...kept, ...added.filter(([name]) => !has(name.toLowerCase())), ...own];
}

function exchange(
  url: URL,
  { method, fields, body }: { method: string; fields: readonly HeaderLine[]; body: string | Buffer },
): Promise<Answer> {
  const host = url.hostname.endsWith('.localhost') ? '127.0.0.1' : url.hostname.replace(/^\[|\]$/g, '');
  const { port, pathname, search, protocol } = url;
  const start = protocol === 'https:' ? sendSafely : send;
  const headers = fields.flat();
  return new Promise((resolve, reject) => {
    // A header that cannot be sent is a fault of the API, as an address without a server is.
    const failed = () => reject(misconfigured('Network error communicating with endpoint'));
    try {
      const sent = start({ host, port, path: `${pathname}${search}`, method, headers }, (incoming) => {
        const { statusCode, rawHeaders } = incoming;
        buffer(incoming).then((content) => resolve({ statusCode, rawHeaders, content }), failed);
      });
      sent.on('error', failed);
      sent.end(body);
    } catch {
      failed();
    }
  });
}
