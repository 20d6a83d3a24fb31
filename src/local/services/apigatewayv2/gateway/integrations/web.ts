// Integrations of web addresses pass the request on to a program on this machine.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-http.html
import { type IncomingMessage, request as send } from 'node:http';
import { hostOf, sourceIp } from '../../../../http-events/parts.ts';
import { noticeOnce } from '../../../../notices.ts';
import type { HeaderLine, WireAnswer } from '../../../../protocols/protocol.ts';
import type { Passage } from '../passage.ts';
import { internalError, unavailable } from '../refusals.ts';
import { withVariables } from './function.ts';

/** Headers of a connection, which are not passed on. */
const hop = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const loopback = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

export async function passOn(passage: Passage): Promise<WireAnswer> {
  const { route, request, notes } = passage;
  const { integration } = route;
  const address = addressOf(passage);
  if (!address) return internalError();
  if (address.protocol !== 'http:' || !loopback.test(address.hostname)) {
    const { origin } = address;
    notes.integrationError = `The local AWS passes requests on to http addresses of this machine only, and not to ${origin}`;
    noticeOnce(notes.integrationError);
    return internalError();
  }
  const method = integration?.IntegrationMethod;
  try {
    const answer = await ask(
      passage,
      address,
      method === undefined || method === 'ANY' ? request.method : method,
    );
    notes.integrationStatus = answer.status;
    return answer;
  } catch (error) {
    notes.integrationError = (error as Error).message;
    return unavailable();
  }
}

/** With the parameters of the path, the query of the request, and for `$default` its path. */
function addressOf({ route, served, request, below, parameters }: Passage): URL | undefined {
  const uri = withVariables(route.integration?.IntegrationUri, served.stage.variables);
  const filled = uri.replace(/\{([\w.:-]+)\+?\}/g, (_all, name: string) => encodedPath(parameters?.[name]));
  if (!URL.canParse(filled)) return undefined;
  const address = new URL(filled);
  if (!route.key) address.pathname = `${address.pathname.replace(/\/$/, '')}${below}`;
  if (request.query !== '') address.search += `${address.search === '' ? '?' : '&'}${request.query}`;
  return address;
}

const encodedPath = (text = '') => text.split('/').map(encodeURIComponent).join('/');

function ask({ request, route, traceId }: Passage, address: URL, method: string): Promise<WireAnswer> {
  const limit = route.integration?.TimeoutInMillis ?? 30_000;
  const passed = request.fields.filter(([name]) => !hop.has(name.toLowerCase()));
  const { name, port } = hostOf(request.headers.host);
  const headers = [
    ...passed,
    ['host', address.host],
    ['content-length', String(request.body.length)],
    ['forwarded', `by=${sourceIp};for=${sourceIp};host=${name}:${port};proto=http`],
    ['via', 'HTTP/1.1 AmazonAPIGateway'],
    ['x-amzn-trace-id', traceId],
  ].flat();
  return new Promise((resolve, reject) => {
    const sent = send(
      address,
      { method, headers, signal: AbortSignal.timeout(limit), agent: false },
      (incoming) => whole(incoming).then(resolve, reject),
    );
    sent.on('error', reject);
    sent.end(request.body);
  });
}

async function whole(incoming: IncomingMessage): Promise<WireAnswer> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  const headers: Record<string, string> = {};
  const repeated: HeaderLine[] = [];
  for (const [name, values = []] of Object.entries(incoming.headersDistinct)) {
    if (hop.has(name)) continue;
    const [first = '', ...more] = values;
    headers[name] = first;
    for (const value of more) repeated.push([name, value]);
  }
  return { status: incoming.statusCode ?? 200, headers, repeated, body: Buffer.concat(parts) };
}
