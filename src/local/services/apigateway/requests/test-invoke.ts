// TestInvokeMethod: a request to a method as it is defined now, without authorizers, and with the log of its way.
import type * as sdk from '@aws-sdk/client-api-gateway';
import type { TestInvokeMethodRequest } from '@aws-sdk/client-api-gateway';
import type { Call } from '../../../call.ts';
import { lastValues } from '../../../http-events/parts.ts';
import type { HeaderLine } from '../../../protocols/protocol.ts';
import type { Handlers } from '../../../service.ts';
import { pathOf } from '../definition/paths.ts';
import { definitionOf } from '../deployments/definitions.ts';
import { noMethod } from '../errors.ts';
import type { ApiRecord } from '../records.ts';
import { type ApiGatewayState, entry, requireResource } from '../state.ts';
import { mappedValue } from './expressions.ts';
import { gatewayAnswer } from './gateway-answer.ts';
import { GatewayError } from './gateway-error.ts';
import { integrate } from './integrate.ts';
import type { EndpointAnswer } from './proxy-answer.ts';
import { valuesByName } from './proxy-event.ts';
import { type RestRequest, restRequest } from './rest-request.ts';
import type { Route } from './routes.ts';
import { validate } from './validation/validate.ts';

/** The stage that integrations see. */
const stageName = 'test-invoke-stage';

export const testInvocations: Handlers<typeof sdk, ApiGatewayState> = {
  async TestInvokeMethod(input, { state, call }) {
    const { api, resource } = requireResource(state, call, input);
    const { httpMethod = '' } = input;
    const method = entry(resource.methods, httpMethod) ?? entry(resource.methods, 'ANY');
    if (!method) throw noMethod();
    const resourcePath = pathOf(api, resource);
    const [path = '', query = ''] = (input.pathWithQueryString || resourcePath).split(/\?(.*)/s);
    const pathParameters = parametersIn(resourcePath, path);
    const request = requestOf(state, api, call, input, { resource, method, pathParameters }, path, query);
    const log = new Log(request, path, input.body ?? '');
    const begun = performance.now();
    const answer = await answerTo(state, { ...request, log: (line) => log.add(line) }, log);
    const body = await textOf(answer.body);
    const shown = answer.failed ? answer.fields.filter(([name]) => name !== 'Content-Type') : answer.fields;
    const headers = valuesByName(shown);
    if (!answer.failed) {
      log.add(`Method response body after transformations: ${body}`);
      log.add(`Method response headers: ${mapText(lastValues(headers))}`);
      log.add('Successfully completed execution');
    }
    log.add(`Method completed with status: ${answer.status}`);
    return {
      status: answer.status,
      body,
      headers: lastValues(headers),
      multiValueHeaders: headers,
      log: log.text(),
      latency: Math.round(performance.now() - begun),
    };
  },
};

/** The variables of a path; none when it does not fit. */
function parametersIn(resourcePath: string, path: string): Record<string, string> {
  const names = [...resourcePath.matchAll(/\{([^}+]+)\+?\}/g)].map(([, name = '']) => name);
  const pattern = resourcePath.replace(/\{[^}+]+(\+?)\}|[.*+?^$()[\]\\|]/g, (found, greedy) =>
    found.startsWith('{') ? (greedy ? '(.+)' : '([^/]+)') : `\\${found}`,
  );
  const values = new RegExp(`^${pattern}/?$`).exec(path)?.slice(1) ?? [];
  return Object.fromEntries(values.map((value, index) => [names[index] ?? '', value]));
}

function requestOf(
  state: ApiGatewayState,
  api: ApiRecord,
  call: Call,
  input: TestInvokeMethodRequest,
  route: Route,
  path: string,
  query: string,
): RestRequest {
  const now = state.host.now();
  const several = Object.entries(input.multiValueHeaders ?? {}).flatMap(([name, values]) =>
    values.map((value): HeaderLine => [name, value]),
  );
  const fields = [...Object.entries(input.headers ?? {}), ...several];
  const visited = {
    method: input.httpMethod ?? '',
    path: `/${stageName}${path}`,
    query,
    headers: { host: 'testPrefix.testDomainName' },
    fields,
    body: Buffer.from(input.body ?? ''),
  };
  const stage = { stageName, deploymentId: '', variables: input.stageVariables, created: now, updated: now };
  const { requestId } = call;
  const facts = { api, stage, definition: definitionOf(api), deploymentId: '', route, requestId, now };
  const request = restRequest(visited, { ...facts, canary: undefined });
  Object.assign(request.context.identity, {
    accountId: call.account,
    caller: call.callerId,
    sourceIp: 'test-invoke-source-ip',
    user: call.callerId,
    userArn: call.callerArn,
  });
  return request;
}

async function answerTo(
  state: ApiGatewayState,
  request: RestRequest,
  log: Log,
): Promise<EndpointAnswer & { readonly failed?: boolean }> {
  try {
    validate(request);
    const answer = await integrate(state, request);
    const type = request.method.methodIntegration?.type;
    if (type === 'MOCK' || type === 'HTTP_PROXY') return answer;
    return { ...answer, fields: [...answer.fields, ['X-Amzn-Trace-Id', request.trace]] };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    if (error.status >= 500) log.add(`Execution failed due to configuration error: ${error.reason}`);
    return {
      ...gatewayAnswer(error, request.definition, (text) => mappedValue(request, text)),
      failed: true,
    };
  }
}

async function textOf(body: EndpointAnswer['body']): Promise<string> {
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** `{a=1, b=2}` */
const mapText = (values: Readonly<Record<string, string>>): string =>
  `{${Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')}}`;

class Log {
  private readonly lines: string[];

  constructor(request: RestRequest, path: string, body: string) {
    const { requestId } = request.context;
    this.lines = [`Execution log for request ${requestId}`];
    this.add(`Starting execution for request: ${requestId}`);
    this.add(`HTTP Method: ${request.httpMethod}, Resource Path: ${path}`);
    this.add(`Method request path: ${mapText(request.pathParameters)}`);
    this.add(`Method request query string: ${mapText(lastValues(request.query))}`);
    this.add(`Method request headers: ${mapText(lastValues(valuesByName(request.fields)))}`);
    this.add(`Method request body before transformations: ${body}`);
  }

  add(line: string): void {
    this.lines.push(`${timeText(new Date())} : ${line}`);
  }

  text(): string {
    return `${this.lines.join('\n')}\n`;
  }
}

/** `Mon Sep 29 19:28:50 UTC 2025` */
function timeText(date: Date): string {
  const [day = '', dayOfMonth, month, year, time] = date.toUTCString().split(' ');
  return `${day.replace(',', '')} ${month} ${dayOfMonth} ${time} UTC ${year}`;
}
