// Pages in a real browser: they call function URLs and HTTP APIs as their CORS allows, and never reach the AWS API.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiGatewayV2Client, type Cors, CreateApiCommand } from '@aws-sdk/client-apigatewayv2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, findChromium, type Page, startBrowser } from '../support/browser/chromium.ts';
import { type LambdaAws, startLambda } from './services/lambda/fixture.ts';
import * as urls from './services/lambda/function-urls/fixture.ts';

const chromium = findChromium();

const html = { statusCode: 200, headers: { 'Content-Type': 'text/html' }, body: '<!doctype html><p>here' };
const code = `exports.handler = async (event) => {
  if (event.rawPath === '/page') return ${JSON.stringify(html)};
  const { method } = event.requestContext.http;
  return { method, path: event.rawPath, origin: event.headers.origin, custom: event.headers['x-custom'] };
};\n`;

// In CI a browser must be there: see .ci/run.
describe.skipIf(!chromium && !process.env.CI)('a page in a browser (needs Chromium on PATH)', () => {
  let aws: LambdaAws;
  let browser: Browser;
  let other: Server;
  let origin: string;
  /** Of a function with and without CORS, without the final slash. */
  let open: string;
  let closed: string;
  /** The same of an HTTP API. */
  let openApi: string;
  let closedApi: string;

  beforeAll(async () => {
    other = createServer((_, answer) => answer.setHeader('Content-Type', 'text/html').end(html.body));
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    origin = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    [aws, browser] = await Promise.all([startLambda(), startBrowser(chromium ?? 'chromium')]);
    const Cors = {
      AllowOrigins: [origin],
      AllowMethods: ['PUT'],
      AllowHeaders: ['x-custom'],
      AllowCredentials: true,
    };
    open = await urlOf({ Cors });
    closed = await urlOf({});
    openApi = await apiOf(Cors);
    closedApi = await apiOf();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await aws?.stop();
    other?.close();
  });

  async function urlOf(more: object): Promise<string> {
    const { FunctionUrl = '' } = await urls.publicUrl(aws, await urls.make(aws, code), undefined, more);
    return FunctionUrl.slice(0, -1);
  }

  async function apiOf(CorsConfiguration?: Cors): Promise<string> {
    const { endpoint, region } = aws;
    const client = new ApiGatewayV2Client({ endpoint, region, credentials: aws.lambda.config.credentials });
    const FunctionName = await urls.make(aws, code);
    const Principal = 'apigateway.amazonaws.com';
    await urls.allow(aws, { FunctionName }, 'api', { Action: 'lambda:InvokeFunction', Principal });
    const quick = { Name: 'pages', ProtocolType: 'HTTP' as const, Target: aws.arn(FunctionName) };
    const { ApiEndpoint = '' } = await client.send(new CreateApiCommand({ ...quick, CorsConfiguration }));
    return ApiEndpoint;
  }

  /** The address by path of a URL or an API, without the final slash. */
  const byPath = (url: string) =>
    url.replace(/^http:\/\/(\w+)\.([\w-]+)\.([\w-]+)\.localhost:(\d+)$/, 'http://127.0.0.1:$4/_aws/$2/$3/$1');

  /** The JSON that a page reads from an address, or why it cannot. */
  const read = (page: Page, url: string, options: object = {}) =>
    page.run(`fetch(${JSON.stringify(url)}, ${JSON.stringify(options)})
      .then((answer) => answer.json()).catch((error) => error.name)`);

  async function pageAt(url: string): Promise<Page> {
    const page = await browser.page();
    await page.open(url);
    return page;
  }

  it.each([
    ['a URL by its host name', () => [open, closed]],
    ['a URL by its path', () => [byPath(open), byPath(closed)]],
    ['an HTTP API by its host name', () => [openApi, closedApi]],
    ['an HTTP API by its path', () => [byPath(openApi), byPath(closedApi)]],
  ])('reads what allows its origin: %s', async (_, addresses) => {
    const [allowing, refusing] = addresses();
    const page = await pageAt(origin);
    expect(await read(page, `${allowing}/get`)).toMatchObject({ method: 'GET', path: '/get', origin });
    const put = { method: 'PUT', headers: { 'X-Custom': 'yes' }, credentials: 'include' };
    expect(await read(page, `${allowing}/put`, put)).toMatchObject({ method: 'PUT', custom: 'yes' });
    // Not allowed by the CORS of the address.
    expect(await read(page, `${allowing}/x`, { method: 'DELETE' })).toBe('TypeError');
    expect(await read(page, `${allowing}/x`, { headers: { 'X-Other': '1' } })).toBe('TypeError');
    expect(await read(page, `${refusing}/x`)).toBe('TypeError');
    expect(await read(page, `${refusing}/x`, put)).toBe('TypeError');
  });

  it('of a function calls its own address', async () => {
    const page = await pageAt(`${closed}/page`);
    expect(await read(page, '/own', { method: 'PUT' })).toMatchObject({ method: 'PUT', path: '/own' });
    expect(await read(page, `${open}/x`)).toBe('TypeError');
  });

  it('that is opened by path has the host name of the function', async () => {
    const page = await pageAt(`${byPath(closed)}/page?a=b`);
    expect(await page.run('location.href')).toBe(`${closed}/page?a=b`);
    expect(await read(page, '/own')).toMatchObject({ path: '/own' });
  });

  /** Every way in which a page can send a request. */
  async function tryAll(page: Page): Promise<void> {
    const { endpoint } = aws;
    for (const path of ['/', '/_slsctl/health', '/bucket/key']) {
      for (const options of [
        {},
        { mode: 'no-cors' },
        { method: 'POST', body: 'Action=GetCallerIdentity&Version=2011-06-15' },
        { method: 'POST', mode: 'no-cors', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
        { method: 'PUT', body: 'x' },
        { headers: { authorization: 'AWS4-HMAC-SHA256 Credential=a' } },
        { credentials: 'include' },
      ]) {
        // An opaque answer has no JSON.
        expect(['TypeError', 'SyntaxError', 'refused']).toContain(
          await page.run(`fetch(${JSON.stringify(endpoint + path)}, ${JSON.stringify(options)})
            .then((answer) => answer.status === 403 ? 'refused' : answer.json()).catch((error) => error.name)`),
        );
      }
      const loaded = (tag: string, attribute: string) => `new Promise((resolve) => {
        const element = document.createElement('${tag}');
        element.onload = () => resolve('loaded');
        element.onerror = () => resolve('error');
        element.${attribute} = ${JSON.stringify(endpoint + path)};
        document.body.append(element);
      })`;
      expect(await page.run(loaded('img', 'src'))).toBe('error');
      expect(await page.run(loaded('script', 'src'))).toBe('error');
      await page.run(loaded('iframe', 'src'));
    }
    const socket = `new Promise((resolve) => {
      const socket = new WebSocket(${JSON.stringify(`${endpoint.replace('http', 'ws')}/`)});
      socket.onopen = () => resolve('open');
      socket.onerror = () => resolve('error');
    })`;
    expect(await page.run(socket)).toBe('error');
    const form = `new Promise((resolve) => {
      const frame = document.createElement('iframe');
      frame.name = 'target';
      document.body.append(frame);
      const form = document.createElement('form');
      Object.assign(form, { method: 'POST', action: ${JSON.stringify(endpoint)}, target: 'target' });
      document.body.append(form);
      frame.onload = () => resolve('submitted');
      form.submit();
    })`;
    await page.run(form);
    const answers = page.seen.filter(
      ({ url }) => url.startsWith(`${endpoint}/`) && !url.startsWith(`${endpoint}/_aws/`),
    );
    expect(answers.length).toBeGreaterThan(10);
    expect(answers.filter(({ status }) => status !== 403)).toEqual([]);
  }

  it('of another origin does not reach the AWS API', async () => {
    await tryAll(await pageAt(origin));
  });

  it('of a function does not reach the AWS API', async () => {
    await tryAll(await pageAt(`${closed}/page`));
    await tryAll(await pageAt(`${closedApi}/page`));
  });

  it('by path has an origin of its own in browsers that do not say that they navigate', async () => {
    const address = `${byPath(closed)}/page`;
    const answer = await fetch(address);
    const page = await browser.page();
    await page.fulfill(address, {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: await answer.text(),
    });
    await page.open(address);
    expect(await page.run('[location.href, self.origin]')).toEqual([address, 'null']);
    await tryAll(page);
  });
});
