// Web frameworks with their real packages and usual adapters: a page, JSON, cookies, an upload of 1 MB and a stream,
// through function URLs and HTTP APIs.
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ApiGatewayV2Client, CreateApiCommand } from '@aws-sdk/client-apigatewayv2';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFunction, type LambdaAws, startLambda } from '../../local/services/lambda/fixture.ts';
import { allow, publicUrl } from '../../local/services/lambda/function-urls/fixture.ts';
import { homeFolder, run } from '../../support/cli.ts';
import { npm, reaches, reachesNpm } from '../../support/registry.ts';
import { zipOf } from '../../support/zip.ts';
import { expressServer, nodeApps, nodePackages } from './node-apps.ts';
import { pythonApps, pythonPackages } from './python-apps.ts';
import { bootstrap } from './web-adapter.ts';

const python = process.platform === 'win32' ? 'python' : 'python3';
const folder = await homeFolder();
const npmFlags = [
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--no-save',
  '--prefer-offline',
  '--prefix',
  folder,
];
const withNode = (await reachesNpm()) && (await reaches(npm, ['install', ...npmFlags, ...nodePackages]));
const target = join(folder, 'python');
const pipFlags = [
  '-m',
  'pip',
  'install',
  '--quiet',
  '--disable-pip-version-check',
  '--retries',
  '0',
  '--target',
  target,
];
const withPython = await reaches(python, [...pipFlags, ...pythonPackages]);

let aws: LambdaAws;
beforeAll(async () => {
  aws = await startLambda();
});
afterAll(() => aws?.stop());

async function bundle(code: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: folder },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    minify: true,
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** `address`: without the final slash. */
function ask(
  address: string,
  path: string,
  options: { method?: string; headers?: object; body?: Uint8Array } = {},
) {
  const { host, port, pathname } = new URL(address);
  const { method = 'GET', headers, body } = options;
  const target = { host: '127.0.0.1', port, method, path: `${pathname === '/' ? '' : pathname}${path}` };
  return new Promise<Got>((resolve, reject) => {
    request({ ...target, headers: { host, ...headers } }, (answer) => {
      const { statusCode: status = 0, headers } = answer;
      buffer(answer).then((content) => resolve({ status, headers, text: content.toString() }), reject);
    })
      .on('error', reject)
      .end(body);
  });
}

/** The address of an HTTP API whose every request goes to the function. */
async function apiOf(name: string): Promise<string> {
  const { endpoint, region } = aws;
  const client = new ApiGatewayV2Client({ endpoint, region, credentials: aws.lambda.config.credentials });
  const quick = { Name: name, ProtocolType: 'HTTP' as const, Target: aws.arn(name) };
  const { ApiEndpoint = '' } = await client.send(new CreateApiCommand(quick));
  const Principal = 'apigateway.amazonaws.com';
  await allow(aws, { FunctionName: name }, 'api', { Action: 'lambda:InvokeFunction', Principal });
  return ApiEndpoint;
}

/** Everything that every app does. */
async function tryApp(address: string, { streams = false } = {}): Promise<void> {
  const page = await ask(address, '/');
  expect(page).toMatchObject({ status: 200, text: '<!doctype html><title>users</title>' });
  expect(page.headers['content-type']).toMatch(/^text\/html/);

  const json = await ask(address, '/json?a=b%20c&d=%C3%BC');
  expect(JSON.parse(json.text)).toEqual({ a: 'b c', d: 'ü', host: new URL(address).host });
  expect(json.headers['content-type']).toMatch(/^application\/json/);

  const { status, headers } = await ask(address, '/cookies', { headers: { cookie: 'a=1; b=2' } });
  expect({ status, location: headers.location }).toEqual({ status: 302, location: '/json' });
  expect(headers['set-cookie']).toEqual([
    expect.stringMatching(/^one=a%3D1%3B(%20)?b%3D2(;|$)/),
    expect.stringMatching(/^two=2(;|$)/),
  ]);

  const body = randomBytes(1_000_000);
  const upload = await ask(address, '/upload', {
    method: 'POST',
    headers: { 'content-type': 'image/png' },
    body,
  });
  const sha256 = createHash('sha256').update(body).digest('hex');
  expect({ status: upload.status, ...JSON.parse(upload.text) }).toEqual({
    status: 200,
    bytes: body.length,
    sha256,
  });

  const stream = await ask(address, '/stream');
  expect(stream).toMatchObject({ status: 200, text: 'line 1\nline 2\nline 3\n' });
  if (streams) expect(stream.headers['transfer-encoding']).toBe('chunked');
  expect((await ask(address, '/missing')).status).toBe(404);
}

const longer = 60_000;

describe.skipIf(!withNode)('an app of Node.js', () => {
  it.each(Object.entries(nodeApps))(
    'works behind a function URL, and an HTTP API unless it streams: %s',
    { timeout: longer },
    async (_, app) => {
      const ZipFile = await zipOf({ 'index.js': await bundle(app.code) });
      const name = await createFunction(aws, {
        Runtime: 'nodejs22.x',
        MemorySize: 512,
        Timeout: 20,
        Code: { ZipFile },
      });
      const mode = app.streams ? { InvokeMode: 'RESPONSE_STREAM' } : {};
      const { FunctionUrl = '' } = await publicUrl(aws, name, undefined, mode);
      await tryApp(FunctionUrl.slice(0, -1), app);
      if (!app.streams) await tryApp(await apiOf(name));
    },
  );

  it('works as a web server, the way of the Lambda Web Adapter', { timeout: longer }, async () => {
    const ZipFile = await zipOf({ bootstrap, 'server.js': await bundle(expressServer) }, 0o755);
    const more = { Runtime: 'provided.al2023' as const, Handler: 'run.sh', MemorySize: 512, Timeout: 20 };
    const name = await createFunction(aws, { ...more, Code: { ZipFile } });
    const streamed = await publicUrl(aws, name, undefined, { InvokeMode: 'RESPONSE_STREAM' });
    await tryApp((streamed.FunctionUrl as string).slice(0, -1), { streams: true });
  });
});

describe.skipIf(!withPython)('an app of Python', () => {
  /** The packages with a handler, without files that no function needs. */
  async function zipWith(code: string): Promise<Uint8Array> {
    const files: Record<string, Uint8Array | string> = { 'index.py': code };
    for (const file of await readdir(target, { recursive: true, withFileTypes: true })) {
      const path = join(file.parentPath, file.name);
      const unused = /__pycache__|\.dist-info\/(?!METADATA)|^bin\//.test(path.slice(target.length + 1));
      if (file.isFile() && !unused) files[path.slice(target.length + 1)] = await readFile(path);
    }
    return zipOf(files);
  }

  it.each(Object.entries(pythonApps))(
    'works behind a function URL and an HTTP API: %s',
    { timeout: longer },
    async (_, code) => {
      const { stdout } = await run(python, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
      const Runtime = `python${stdout.trim()}` as 'python3.12';
      const more = { Runtime, MemorySize: 512, Timeout: 20, Code: { ZipFile: await zipWith(code) } };
      const name = await createFunction(aws, more);
      const { FunctionUrl = '' } = await publicUrl(aws, name);
      await tryApp(FunctionUrl.slice(0, -1));
      await tryApp(await apiOf(name));
    },
  );
});
