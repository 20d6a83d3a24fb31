// A web server as a function, the way of the Lambda Web Adapter: a program beside the server takes events from the
// Runtime API, sends them to the server as HTTP requests, and passes its answers on as streams.
// https://github.com/awslabs/aws-lambda-web-adapter

/** The file `bootstrap` of a custom runtime. It starts `server.js`. */
export const bootstrap = `#!/usr/bin/env node
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const http = require('node:http');
const { createServer } = require('node:net');
const { buffer } = require('node:stream/consumers');

const api = new URL('http://' + process.env.AWS_LAMBDA_RUNTIME_API);
const agent = new http.Agent({ keepAlive: true });
const call = async (options, body) => {
  const request = http.request(options);
  if (typeof body === 'function') await body(request);
  else request.end(body);
  const [response] = await once(request, 'response');
  return response;
};

async function main() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  spawn(process.execPath, ['server.js'], { env: { ...process.env, PORT: port }, stdio: 'inherit' });
  while (!(await call({ port, path: '/', agent }).then(buffer, () => undefined))) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const runtime = '/2018-06-01/runtime/invocation/';
  for (;;) {
    const next = await call({ hostname: api.hostname, port: api.port, path: runtime + 'next' });
    const id = next.headers['lambda-runtime-aws-request-id'];
    const event = JSON.parse(await buffer(next));
    const { rawPath, rawQueryString, headers, cookies, body = '', isBase64Encoded, requestContext } = event;
    const sent = { ...headers, ...(cookies ? { cookie: cookies.join('; ') } : {}) };
    const path = rawPath + (rawQueryString ? '?' + rawQueryString : '');
    const content = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
    const answer = await call({ port, path, method: requestContext.http.method, headers: sent, agent }, content);
    const { 'set-cookie': set, connection, 'keep-alive': keep, 'transfer-encoding': coding, ...others } = answer.headers;
    const metadata = { statusCode: answer.statusCode, headers: others, cookies: set ?? [] };
    const post = {
      hostname: api.hostname,
      port: api.port,
      method: 'POST',
      path: runtime + id + '/response',
      headers: {
        'Lambda-Runtime-Function-Response-Mode': 'streaming',
        'Content-Type': 'application/vnd.awslambda.http-integration-response',
        'Transfer-Encoding': 'chunked',
      },
    };
    const accepted = await call(post, (request) => {
      request.write(JSON.stringify(metadata));
      request.write(Buffer.alloc(8));
      answer.pipe(request);
    });
    await buffer(accepted);
  }
}
main();
`;
