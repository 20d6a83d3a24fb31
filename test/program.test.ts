// The whole program inside another process: it reads its host alone, and leaves nothing behind.
import { readdir, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { slsctl, startOnTerminal, startSlsctl } from './support/in-process.ts';
import { folderWith } from './support/project.ts';
import { ctrlC } from './support/terminal/terminal.ts';

interface Asked {
  path?: string;
  authorization?: string;
  body: string;
}

/** An endpoint at which every function answers what it was asked; it waits until `together` requests are there. */
async function echo(together = 1) {
  const asked: Asked[] = [];
  const waiting: (() => void)[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    asked.push({ path: request.url, authorization: request.headers.authorization, body });
    waiting.push(() => void response.end(body));
    if (waiting.length >= together) for (const answer of waiting.splice(0)) answer();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const config = (name: string) =>
  [
    'project: hello',
    'functions:',
    `  ${name}:`,
    '    runtime: python3.12',
    '    handler: app.handler',
    '',
  ].join('\n');

/** What must not be seen: the environment of the process. */
function misleadingProcess() {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDOFTHEPROCESS');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret-of-the-process');
  vi.stubEnv('AWS_SESSION_TOKEN', 'token-of-the-process');
  vi.stubEnv('AWS_REGION', 'sa-east-1');
  vi.stubEnv('AWS_PROFILE', 'of-the-process');
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9');
  vi.stubEnv('AWS_USE_FIPS_ENDPOINT', 'true');
  vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
  vi.stubEnv('SLSCTL_LOCAL', '1');
  onTestFinished(() => void vi.unstubAllEnvs());
}

it('two runs at the same time in one process see nothing of each other, nor of the process', async () => {
  misleadingProcess();
  const { url, asked } = await echo(2);
  const keys = await folderWith({ 'slsctl.yml': config('first') });
  const profile = await folderWith({
    'slsctl.yml': config('second'),
    'aws-config': [
      '[profile team]',
      'region = eu-west-1',
      `endpoint_url = ${url}`,
      'aws_access_key_id = AKIDOFTHEPROFILE',
      'aws_secret_access_key = secret-of-the-profile',
      '',
    ].join('\n'),
  });
  const invoke = ['invoke', '--payload', '-'];
  const [first, second] = await Promise.all([
    slsctl(invoke, {
      cwd: keys,
      input: '"one"',
      env: {
        AWS_ENDPOINT_URL: url,
        AWS_REGION: 'us-west-2',
        AWS_ACCESS_KEY_ID: 'AKIDOFTHEFIRST',
        AWS_SECRET_ACCESS_KEY: 'secret-of-the-first',
      },
    }),
    // Its folder is that of the config file, too.
    slsctl(invoke, {
      cwd: profile,
      input: '"two"',
      env: { AWS_CONFIG_FILE: 'aws-config', AWS_PROFILE: 'team' },
    }),
  ]);
  expect(first).toEqual({ code: 0, stdout: '"one"\n', stderr: '' });
  expect(second).toEqual({ code: 0, stdout: '"two"\n', stderr: '' });
  const by = (name: string) => asked.find(({ path }) => path?.includes(`/functions/${name}/`));
  expect(by('first')).toMatchObject({
    body: '"one"',
    authorization: expect.stringMatching(/Credential=AKIDOFTHEFIRST\/\d+\/us-west-2\/lambda/),
  });
  expect(by('second')).toMatchObject({
    body: '"two"',
    authorization: expect.stringMatching(/Credential=AKIDOFTHEPROFILE\/\d+\/eu-west-1\/lambda/),
  });
  expect(asked.map(({ authorization }) => authorization)).not.toContainEqual(
    expect.stringContaining('x-amz-security-token'),
  );
});

it('two runs at the same time in one project make the same package, and both end well', async () => {
  const folder = await folderWith({
    'slsctl.yml': config('hello'),
    'app.py': 'def handler(event, context): 1\n',
  });
  const ran = await Promise.all([1, 2, 3].map(() => slsctl(['package'], { cwd: folder })));
  expect(ran.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
    Array(3).fill({ code: 0, stderr: expect.not.stringContaining('error') }),
  );
  expect((await readdir(join(folder, '.slsctl'))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

it('a file of the AWS CLI that has changed is read again', async () => {
  const { url, asked } = await echo();
  const section = (key: string) =>
    `[default]\nregion = us-east-1\naws_access_key_id = ${key}\naws_secret_access_key = x\n`;
  const folder = await folderWith({ 'slsctl.yml': config('hello') });
  const env = { AWS_ENDPOINT_URL: url, AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials') };
  for (const key of ['AKIDBEFORE', 'AKIDAFTER']) {
    await writeFile(env.AWS_SHARED_CREDENTIALS_FILE, section(key));
    expect(await slsctl(['invoke'], { cwd: folder, env })).toMatchObject({ code: 0 });
    expect(asked.at(-1)?.authorization).toContain(`Credential=${key}/`);
  }
});

it('a run leaves no listeners, timers or connections in the process, whatever its end', async () => {
  const { url } = await echo();
  const folder = await folderWith({ 'slsctl.yml': config('hello') });
  const env = {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'x',
  };
  const listeners = () =>
    process
      .eventNames()
      .map((name) => `${String(name)} ${process.listenerCount(name)}`)
      .sort();
  const resources = () =>
    process
      .getActiveResourcesInfo()
      .filter((name) => /^(TCPSocketWrap|Timeout|Immediate|PipeWrap|TTYWrap|ProcessWrap|Worker)$/.test(name))
      .sort();
  const resourcesBefore = resources();
  // What is loaded once stays.
  await slsctl(['invoke'], { cwd: folder, env });
  const before = { listeners: listeners(), env: { ...process.env }, cwd: process.cwd() };
  expect(await slsctl(['invoke'], { cwd: folder, env })).toMatchObject({ code: 0 });
  expect(await slsctl(['invoke', 'nobody'], { cwd: folder, env })).toMatchObject({ code: 2 });
  expect(await slsctl(['--help'], { cwd: folder, env })).toMatchObject({ code: 0 });
  expect(await slsctl(['--version'], { cwd: folder, env })).toMatchObject({ code: 0 });
  expect({ listeners: listeners(), env: { ...process.env }, cwd: process.cwd() }).toEqual(before);
  // Sooner than a server gives up a connection that is kept open.
  await expect.poll(resources, { timeout: 2000, interval: 20 }).toEqual(resourcesBefore);
});

it('a signal of the host ends a run with the exit code of the signal', async () => {
  const { url } = await echo(2);
  const folder = await folderWith({ 'slsctl.yml': config('hello') });
  const env = {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'x',
  };
  const running = await startSlsctl(['invoke', '--explain'], { cwd: folder, env });
  await running.saw('aws lambda invoke');
  running.signal('SIGINT');
  expect(await running.done).toMatchObject({ code: 130, stderr: expect.stringContaining('interrupted') });
});

it('a question at a terminal of the host is answered there, or ended by Ctrl-C', async () => {
  const folder = await folderWith();
  const env = { SLSCTL_HOME: join(folder, 'home') };
  const no = await startOnTerminal(['local', 'reset'], { cwd: folder, env });
  await no.saw('[y/N]');
  no.type('n\r');
  expect(await no.done).toBe(1);
  expect(no.text).toContain('nothing was deleted');
  const interrupted = await startOnTerminal(['local', 'reset'], { cwd: folder, env });
  await interrupted.saw('[y/N]');
  interrupted.type(ctrlC);
  expect(await interrupted.done).toBe(130);
});
