// Calls go through the proxy of the environment, and an error of the proxy, or of a certificate, is called so.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { slsctl } from '../../support/in-process.ts';
import { folderWith } from '../../support/project.ts';

const files = {
  'slsctl.yml':
    'project: prox\nregion: us-east-1\nfunctions:\n  prox: { runtime: nodejs22.x, handler: index.handler }\n',
  'index.js': 'exports.handler = async () => "v1";\n',
};
const keys = { AWS_ACCESS_KEY_ID: 'AKIAXXXXXXXXXXXXXXXX', AWS_SECRET_ACCESS_KEY: 'x' };

/** A proxy that writes down the first lines and headers that it gets, and answers by `answer`. */
async function proxy(answer: (socket: Socket, head: string) => void) {
  const heads: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', (data) => {
      heads.push(data.toString());
      answer(socket, data.toString());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, heads };
}

const refuses = (status: string) => (socket: Socket) =>
  void socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`);

async function run(command: string, env: NodeJS.ProcessEnv) {
  const cwd = await folderWith(files);
  const started = Date.now();
  const ran = await slsctl(command.split(' '), { cwd, env: { ...keys, ...env } });
  return { ...ran, lines: ran.stderr.trim().split('\n'), seconds: (Date.now() - started) / 1000 };
}

describe.each(['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'])('with %s', (name) => {
  it.each(['plan', 'status', 'list', 'deploy --yes', 'invoke'])(
    'slsctl %s asks the proxy, and names its refusal',
    async (command) => {
      const { port, heads } = await proxy(refuses('403 Forbidden'));
      const { code, lines } = await run(command, { [name]: `http://127.0.0.1:${port}` });
      expect(heads[0]).toMatch(/^CONNECT [\w.-]+\.amazonaws\.com:443 HTTP\/1\.1\r\n/);
      expect(code).toBe(1);
      expect(lines[0]).toMatch(
        new RegExp(
          `^error: the proxy http://127.0.0.1:${port} refuses a connection to [\\w.-]+amazonaws.com$`,
        ),
      );
      expect(lines[1]).toBe('cause: it answered HTTP 403');
      expect(lines).toHaveLength(3);
    },
  );
});

it.each([
  ['', 'asks for a user and password'],
  ['someone:hunter2%21@', 'does not accept the user and password'],
])('a proxy that wants a password is named, and no password is shown (%s)', async (login, message) => {
  const { port, heads } = await proxy(refuses('407 Proxy Authentication Required'));
  const ran = await run('plan -v', { HTTPS_PROXY: `http://${login}127.0.0.1:${port}`, DEBUG: '*' });
  expect(ran.lines.find((line) => line.startsWith('error:'))).toBe(
    `error: the proxy http://127.0.0.1:${port} ${message}`,
  );
  expect(ran.stderr + ran.stdout).not.toMatch(/hunter2/);
  const sent = /Proxy-Authorization: Basic (\S+)/.exec(heads[0] ?? '')?.[1];
  expect(sent && Buffer.from(sent, 'base64').toString()).toBe(login ? 'someone:hunter2!' : undefined);
});

it('a proxy that nobody runs, and one that never answers, are named within 10 seconds', async () => {
  const nobody = await run('plan', { HTTPS_PROXY: 'http://user:hunter2@127.0.0.1:1' });
  expect(nobody.lines[0]).toBe('error: the proxy http://127.0.0.1:1 does not answer (connection refused)');
  const { port } = await proxy(() => {});
  const silent = await run('status', { HTTPS_PROXY: `http://127.0.0.1:${port}` });
  expect(silent.lines[0]).toBe(`error: the proxy http://127.0.0.1:${port} does not answer within 8 seconds`);
  expect(silent.lines).toHaveLength(2);
  expect(silent.seconds).toBeLessThan(10);
  expect(silent.code).toBe(1);
}, 30_000);

it('a request that AWS_ENDPOINT_URL sends to this machine does not go through the proxy', async () => {
  const { port, heads } = await proxy(refuses('403 Forbidden'));
  const address = `http://127.0.0.1:${port}`;
  const env = {
    HTTP_PROXY: address,
    HTTPS_PROXY: address,
    ALL_PROXY: address,
    AWS_ENDPOINT_URL: 'http://localhost:1',
  };
  const { lines } = await run('plan', env);
  expect(lines[0]).toMatch(/^error: nothing answers at/);
  expect(heads).toEqual([]);
});

it('a file of certificates that is not there, or is none, is named before any call', async () => {
  const { port, heads } = await proxy(refuses('403 Forbidden'));
  const HTTPS_PROXY = `http://127.0.0.1:${port}`;
  const missing = await run('plan', { HTTPS_PROXY, AWS_CA_BUNDLE: '/nowhere/ca.pem' });
  expect(missing).toMatchObject({ code: 2 });
  expect(missing.lines.slice(0, 2)).toEqual([
    'error: there is no file /nowhere/ca.pem, which should hold the certificates that are trusted',
    'cause: AWS_CA_BUNDLE names it',
  ]);
  const cwd = await folderWith({
    ...files,
    config: '[profile p]\nca_bundle = slsctl.yml\naws_access_key_id = A\naws_secret_access_key = b\n',
  });
  const none = await slsctl(['plan', '--profile', 'p'], {
    cwd,
    env: { HTTPS_PROXY, AWS_CONFIG_FILE: 'config' },
  });
  expect(none.code).toBe(2);
  expect(none.stderr).toContain(
    `${join(cwd, 'slsctl.yml')} holds no certificate in PEM\ncause: ca_bundle of profile p names it`,
  );
  expect(heads).toEqual([]);
});

/** A certificate of its own for AWS's names; undefined where there is no openssl. */
async function certificate() {
  const cwd = await folderWith();
  const subject = [
    '-subj',
    '/CN=a proxy',
    '-addext',
    'subjectAltName=DNS:*.amazonaws.com,DNS:*.us-east-1.amazonaws.com',
  ];
  try {
    await promisify(execFile)(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-keyout',
        'key.pem',
        '-out',
        'ca.pem',
        ...subject,
      ],
      { cwd },
    );
  } catch {
    return undefined;
  }
  return {
    file: join(cwd, 'ca.pem'),
    cert: await readFile(join(cwd, 'ca.pem')),
    key: await readFile(join(cwd, 'key.pem')),
  };
}

it('through a proxy with its own certificate, calls work with AWS_CA_BUNDLE or ca_bundle, and fail by name without', async ({
  skip,
}) => {
  const own = await certificate();
  if (!own) return skip('there is no openssl here');
  const signed: string[] = [];
  const aws = createHttps({ cert: own.cert, key: own.key }, (request, response) => {
    signed.push(
      `${request.headers.host} ${/Credential=(\w+)/.exec(request.headers.authorization ?? '')?.[1]}`,
    );
    request.resume().on('end', () => response.writeHead(403).end());
  });
  await new Promise<void>((resolve) => aws.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void aws.close().closeAllConnections());
  const to = (aws.address() as AddressInfo).port;
  const { port } = await proxy((socket) => {
    const origin = connect(to, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(origin).pipe(socket);
    });
    origin.on('error', () => socket.destroy());
  });
  const HTTPS_PROXY = `http://127.0.0.1:${port}`;
  await run('plan', { HTTPS_PROXY, AWS_CA_BUNDLE: own.file });
  expect(signed).toContain('lambda.us-east-1.amazonaws.com AKIAXXXXXXXXXXXXXXXX');
  signed.length = 0;
  const cwd = await folderWith({ ...files, config: `[default]\nca_bundle = ${own.file}\n` });
  await slsctl(['status'], { cwd, env: { ...keys, HTTPS_PROXY, AWS_CONFIG_FILE: 'config' } });
  expect(signed.length).toBeGreaterThan(3);
  const untrusting = 'AKIAUNTRUSTINGUNTRUS';
  const { code, lines } = await run('plan', { HTTPS_PROXY, AWS_ACCESS_KEY_ID: untrusting });
  expect(code).toBe(1);
  expect(lines[0]).toMatch(
    new RegExp(
      `^error: the certificate of [\\w.-]+amazonaws.com that the proxy ${HTTPS_PROXY} shows is not trusted$`,
    ),
  );
  expect(lines[2]).toContain('AWS_CA_BUNDLE');
  expect(signed.filter((one) => one.includes(untrusting))).toEqual([]);
}, 60_000);
