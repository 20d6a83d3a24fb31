// Apps of Node.js frameworks behind their usual adapters: handlers of one file, as users bundle them.

export const nodePackages = [
  'express@5.3.0',
  'serverless-http@3.2.0',
  '@codegenie/serverless-express@4.17.1',
  'fastify@5.12.8',
  '@fastify/aws-lambda@6.4.1',
  'hono@4.13.19',
];

const page = '<!doctype html><title>users</title>';
const digest = `const digest = (bytes) => ({
  bytes: bytes.length,
  sha256: require('node:crypto').createHash('sha256').update(bytes).digest('hex'),
});
const lines = async function* () {
  for (const number of [1, 2, 3]) yield \`line \${number}\\n\`;
};
const { Readable, pipeline } = require('node:stream');
`;

const expressApp = `${digest}
const express = require('express');
const app = express();
app.get('/', (_, answer) => answer.send('${page}'));
app.get('/json', (request, answer) => answer.json({ ...request.query, host: request.get('host') }));
app.get('/cookies', (request, answer) => {
  answer.cookie('one', request.get('cookie') ?? 'none').cookie('two', '2').redirect('/json');
});
app.post('/upload', express.raw({ type: '*/*', limit: '2mb' }), (request, answer) => answer.json(digest(request.body)));
app.get('/stream', (_, answer) => pipeline(Readable.from(lines()), answer.type('text/plain'), () => {}));
app.use((_, answer) => answer.status(404).send('none'));
`;

const fastifyApp = `${digest}
const app = require('fastify')({ bodyLimit: 2e6 });
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
app.get('/', (_, answer) => answer.type('text/html').send('${page}'));
app.get('/json', async (request) => ({ ...request.query, host: request.headers.host }));
app.get('/cookies', (request, answer) =>
  answer
    .header('set-cookie', \`one=\${encodeURIComponent(request.headers.cookie ?? 'none')}\`)
    .header('set-cookie', 'two=2')
    .redirect('/json'),
);
app.post('/upload', async (request) => digest(request.body));
app.get('/stream', (_, answer) => answer.type('text/plain').send(Readable.from(lines())));
`;

const honoApp = `${digest}
const { Hono } = require('hono');
const { setCookie } = require('hono/cookie');
const { streamText } = require('hono/streaming');
const app = new Hono();
app.get('/', (c) => c.html('${page}'));
app.get('/json', (c) => c.json({ ...c.req.query(), host: c.req.header('host') }));
app.get('/cookies', (c) => {
  setCookie(c, 'one', c.req.header('cookie') ?? 'none');
  setCookie(c, 'two', '2');
  return c.redirect('/json');
});
app.post('/upload', async (c) => c.json(digest(Buffer.from(await c.req.arrayBuffer()))));
app.get('/stream', (c) => streamText(c, async (out) => {
  for await (const line of lines()) await out.write(line);
}));
`;

export interface App {
  readonly code: string;
  /** The handler answers in parts. */
  readonly streams?: boolean;
}

export const nodeApps: Readonly<Record<string, App>> = {
  'Express with serverless-http': {
    code: `${expressApp}exports.handler = require('serverless-http')(app, { binary: ['image/*'] });\n`,
  },
  'Express with serverless-express': {
    code: `${expressApp}exports.handler = require('@codegenie/serverless-express')({ app });\n`,
  },
  'Fastify with @fastify/aws-lambda': {
    code: `${fastifyApp}exports.handler = require('@fastify/aws-lambda')(app);\n`,
  },
  'Fastify with @fastify/aws-lambda, streaming': {
    streams: true,
    code: `${fastifyApp}const proxy = require('@fastify/aws-lambda')(app, { payloadAsStream: true });
exports.handler = awslambda.streamifyResponse(async (event, out, context) => {
  const { meta, stream } = await proxy(event, context);
  await require('node:stream/promises').pipeline(stream, awslambda.HttpResponseStream.from(out, meta));
});\n`,
  },
  'Hono with hono/aws-lambda': {
    code: `${honoApp}exports.handler = require('hono/aws-lambda').handle(app);\n`,
  },
  'Hono with hono/aws-lambda, streaming': {
    streams: true,
    code: `${honoApp}exports.handler = require('hono/aws-lambda').streamHandle(app);\n`,
  },
};

/** Starts a web server at PORT, as \`node server.js\` would in a container. */
export const expressServer = `${expressApp}app.listen(Number(process.env.PORT), '127.0.0.1');\n`;
