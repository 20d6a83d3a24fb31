// Function URLs with the invoke mode RESPONSE_STREAM, and streaming functions behind others.
import { writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { UpdateFunctionUrlConfigCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { zipOf } from '../../../../support/zip.ts';
import { createFunction, type LambdaAws, startLambda } from '../fixture.ts';
import { ask, make, publicUrl, type Url } from './fixture.ts';

let aws: LambdaAws;
beforeAll(async () => {
  aws = await startLambda();
});
afterAll(() => aws?.stop());

const stream = { InvokeMode: 'RESPONSE_STREAM' };
const streaming = (body: string) =>
  `exports.handler = awslambda.streamifyResponse(async (event, stream) => {\n${body}\n});\n`;
const urlOf = async (code: string, more: object = stream) =>
  publicUrl(aws, await make(aws, code), undefined, more);

/** The type of the answer, and each part of its body when it has come. */
async function* partsOf({ FunctionUrl = '' }: Url, type: string, file: string): AsyncGenerator<string> {
  const { host, port } = new URL(FunctionUrl);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: '127.0.0.1', port, headers: { host, 'x-file': file } }, resolve)
      .on('error', reject)
      .end();
  });
  expect(answer.headers).toMatchObject({ 'content-type': type, 'transfer-encoding': 'chunked' });
  for await (const part of answer) yield String(part);
}

describe('a streamed response', () => {
  it('comes as it is written, also when it begins like metadata', async () => {
    const code = streaming(`
  stream.setContentType('application/x-ndjson');
  stream.write('{"line": 1}\\n');
  while (!require('node:fs').existsSync(event.headers['x-file'])) await new Promise((resolve) => setTimeout(resolve, 5));
  stream.end('{"line": 2}\\n');`);
    const file = join(aws.home, 'go');
    const parts = partsOf(await urlOf(code), 'application/x-ndjson', file);
    expect((await parts.next()).value).toBe('{"line": 1}\n');
    await writeFile(file, '');
    expect((await parts.next()).value).toBe('{"line": 2}\n');
    expect((await parts.next()).done).toBe(true);
  });

  it('has the type application/octet-stream, unless the function says another', async () => {
    const { headers, text } = await ask(await urlOf(streaming(`stream.write('a'); stream.end('b');`)));
    expect({ type: headers['content-type'], text }).toEqual({ type: 'application/octet-stream', text: 'ab' });
  });

  it('has the metadata of its beginning, also in several parts', async () => {
    const metadata = JSON.stringify({ statusCode: 201, headers: { 'X-One': '1' }, cookies: ['a=1', 'b=2'] });
    const code = streaming(`
  stream.setContentType('application/vnd.awslambda.http-integration-response');
  for (const part of ${JSON.stringify(metadata.match(/.{1,9}/g))}) {
    stream.write(part);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  stream.write(Buffer.alloc(5));
  stream.write(Buffer.concat([Buffer.alloc(3), Buffer.from('one ')]));
  stream.end('two');`);
    const { status, headers, text } = await ask(await urlOf(code));
    expect({ status, text }).toEqual({ status: 201, text: 'one two' });
    expect(headers).toMatchObject({
      'x-one': '1',
      'set-cookie': ['a=1', 'b=2'],
      'content-type': 'application/json',
    });
  });

  it('is 502 when its metadata is not complete, or the function fails before it has written', async () => {
    const incomplete = streaming(`
  stream.setContentType('application/vnd.awslambda.http-integration-response');
  stream.end('{"statusCode": 200}');`);
    expect(await ask(await urlOf(incomplete))).toMatchObject({ status: 502, text: 'Internal Server Error' });
    expect((await ask(await urlOf(streaming(`throw new Error('no');`)))).status).toBe(502);
  });

  it('of a function that does not stream is its value, not a response', async () => {
    const code = `exports.handler = async () => ({ statusCode: 404, body: 'raw' });\n`;
    const { status, text } = await ask(await urlOf(code));
    expect({ status, text }).toEqual({ status: 200, text: '{"statusCode":404,"body":"raw"}' });
  });

  it('is waited for by a URL without the mode', async () => {
    const code = streaming(`
  const out = awslambda.HttpResponseStream.from(stream, { statusCode: 203, headers: { 'X-One': '1' } });
  out.write('one ');
  out.end('two');`);
    const { status, headers, text } = await ask(await urlOf(code, {}));
    expect({ status, text, one: headers['x-one'] }).toEqual({ status: 203, text: 'one two', one: '1' });
    expect(await ask(await urlOf(streaming(`stream.end('plain');`), {}))).toMatchObject({
      status: 200,
      text: 'plain',
    });
  });

  it('keeps coming after updates that do not send the mode', async () => {
    const FunctionName = await make(aws, streaming(`stream.end('{"statusCode": 404}');`));
    const url = await publicUrl(aws, FunctionName, undefined, stream);
    await aws.lambda.send(new UpdateFunctionUrlConfigCommand({ FunctionName, Cors: { MaxAge: 1 } }));
    expect(await ask(url)).toMatchObject({ status: 200, text: '{"statusCode": 404}' });
  });

  it('of a custom runtime in Python comes as it is written', async () => {
    const bootstrap = `#!/usr/bin/env python3
import http.client, json, os, time
api = os.environ['AWS_LAMBDA_RUNTIME_API']
def chunk(data):
    return b'%x\\r\\n%s\\r\\n' % (len(data), data)
while True:
    connection = http.client.HTTPConnection(api)
    connection.request('GET', '/2018-06-01/runtime/invocation/next')
    response = connection.getresponse()
    request_id = response.getheader('Lambda-Runtime-Aws-Request-Id')
    event = json.loads(response.read())
    connection = http.client.HTTPConnection(api)
    connection.putrequest('POST', '/2018-06-01/runtime/invocation/%s/response' % request_id)
    connection.putheader('Lambda-Runtime-Function-Response-Mode', 'streaming')
    connection.putheader('Content-Type', 'application/vnd.awslambda.http-integration-response')
    connection.putheader('Transfer-Encoding', 'chunked')
    connection.endheaders()
    metadata = {'statusCode': 200, 'headers': {'content-type': 'text/event-stream'}}
    connection.send(chunk(json.dumps(metadata).encode() + bytes(8)))
    connection.send(chunk(b'data: 1\\n\\n'))
    while not os.path.exists(event['headers']['x-file']):
        time.sleep(0.005)
    connection.send(chunk(b'data: 2\\n\\n'))
    connection.send(b'0\\r\\n\\r\\n')
    connection.getresponse().read()
`;
    const ZipFile = await zipOf({ bootstrap }, 0o755);
    const name = await createFunction(aws, { Runtime: 'provided.al2023', Handler: 'x', Code: { ZipFile } });
    const file = join(aws.home, 'go-python');
    const parts = partsOf(await publicUrl(aws, name, undefined, stream), 'text/event-stream', file);
    expect((await parts.next()).value).toBe('data: 1\n\n');
    await writeFile(file, '');
    expect((await parts.next()).value).toBe('data: 2\n\n');
    expect((await parts.next()).done).toBe(true);
  });
});
