// Wrong input of every kind: exit 2, with the field, the value and what is allowed; no request was sent.
import { mkdir, open, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { dummyCredentials, type Ran } from '../support/cli.ts';
import { slsctl } from '../support/in-process.ts';
import { freePort } from '../support/port.ts';
import { folderWith } from '../support/project.ts';
import { untouchable } from '../support/proxy.ts';

const handler = 'def handler(event, context):\n    return event\n';

/** A slsctl.yml with one function; `lines` go into it. */
const project = (...lines: string[]) =>
  [
    'project: hello',
    'functions:',
    '  hello:',
    '    runtime: python3.12',
    '    handler: app.handler',
    '    code: .',
    ...lines.map((line) => `    ${line}`),
    '',
  ].join('\n');

let endpoint: Awaited<ReturnType<typeof untouchable>>;
beforeAll(async () => {
  endpoint = await untouchable();
});
afterAll(() => endpoint?.close());
afterEach(() => {
  expect(endpoint.calls(), 'requests made').toBe(0);
});

/** Runs against an endpoint that must not be called; checks what holds for every refusal. */
async function refused(folder: string, args: string[], input?: string | Uint8Array): Promise<Ran> {
  const env = { ...dummyCredentials, AWS_ENDPOINT_URL: endpoint.endpoint };
  const ran = await slsctl(args, { cwd: folder, env, input });
  expect(ran.stderr).toMatch(/^error: /);
  expectAdvice(ran);
  expect(ran.code, ran.stderr).toBe(2);
  return ran;
}

/** At most a few lines, and no stack. */
function expectAdvice({ stdout, stderr }: Ran): void {
  expect(stdout + stderr).not.toMatch(/^\s+at /m);
  expect(stderr.trimEnd().split('\n').length, stderr).toBeLessThan(15);
  expect(stdout).toBe('');
}

describe('slsctl.yml', () => {
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  const layer = (number: number) => `arn:aws:lambda:us-east-1:123456789012:layer:shared-${number}:1`;

  it.each<[what: string, lines: string[], says: (string | RegExp)[]]>([
    ['too little memory', ['memorySize: 64'], ['memorySize', '64', '128', /10,?240/]],
    ['too much memory', ['memorySize: 20000'], ['memorySize', '20000', '128', /10,?240/]],
    ['memory as text', ['memorySize: lots'], ['memorySize', 'lots', /number/]],
    ['a timeout of zero', ['timeout: 0'], ['timeout', '0', '1', '900']],
    ['a timeout above the limit', ['timeout: 901'], ['timeout', '901', '900']],
    ['too little ephemeral storage', ['ephemeralStorage: { size: 100 }'], ['ephemeralStorage', '100', '512']],
    ['six layers', [`layers: [${numbers(6).map(layer).join(', ')}]`], ['layers', '6', '5']],
    [
      'an environment of more than 4 KB',
      ['environment:', `  SMALL: a`, `  BIG_ONE: ${'x'.repeat(4100)}`],
      ['environment', 'BIG_ONE', /4,?096|4 KB/],
    ],
    ['an unknown runtime', ['runtime: python4.2'], ['runtime', 'python4.2', 'python3.12']],
    ['an unknown key', ['memorysize: 256'], ['memorysize', 'memorySize', 'slsctl.yml', /:7\b|line 7/]],
    ['a misspelt key', ['tiemout: 30'], ['tiemout', 'timeout', 'slsctl.yml']],
  ])('refuses %s', async (_, lines, says) => {
    const text = project(...lines);
    const once = lines[0]?.startsWith('runtime') ? text.replace('    runtime: python3.12\n', '') : text;
    const folder = await folderWith({ 'slsctl.yml': once, 'app.py': handler });
    const { stderr } = await refused(folder, ['deploy']);
    for (const said of says) expect(stderr).toMatch(said instanceof RegExp ? said : literally(said));
    expect(stderr).not.toContain('xxxxxxxx');
  });

  it('is refused when it is not YAML', async () => {
    const folder = await folderWith({ 'slsctl.yml': 'project: hello\nfunctions: [\n  a: b: c\n' });
    expect((await refused(folder, ['plan'])).stderr).toMatch(/slsctl\.yml.*\d/);
  });

  it('is missing: the error names the searched folders', async () => {
    const folder = await folderWith();
    const { stderr } = await refused(folder, ['deploy']);
    expect(stderr).toContain('slsctl.yml');
    expect(stderr).toContain('slsctl init');
    expect((await refused(folder, ['plan', '--config', 'other.yml'])).stderr).toContain('other.yml');
  });

  it('is refused with an invalid stage name', async () => {
    const folder = await folderWith({ 'slsctl.yml': project(), 'app.py': handler });
    expect((await refused(folder, ['plan', '--stage', 'pro d'])).stderr).toContain('pro d');
  });

  it('is checked by plan and package as by deploy', async () => {
    const folder = await folderWith({ 'slsctl.yml': project('memorySize: 64'), 'app.py': handler });
    for (const command of ['plan', 'package', 'status', 'destroy']) {
      expect((await refused(folder, [command])).stderr).toContain('memorySize');
    }
  });
});

describe('the command line', () => {
  it.each<[args: string[], says: (string | RegExp)[]]>([
    [
      ['deploy', '--code-onyl'],
      ['--code-onyl', '--code-only'],
    ],
    [['depoly'], ['depoly', 'deploy']],
    [
      ['plan', '--output', 'xml'],
      ['--output', 'xml', 'json'],
    ],
    [
      ['plan', '--endpoint-url', 'here'],
      ['--endpoint-url', 'here', 'http'],
    ],
    [
      ['local', 'start', '--port', 'many'],
      ['--port', 'many', '65535'],
    ],
    [
      ['local', 'start', '--port', '70000'],
      ['--port', '70000', '65535'],
    ],
    [
      ['invoke', 'helo'],
      ['helo', 'hello'],
    ],
    [
      ['logs', 'helo'],
      ['helo', 'hello'],
    ],
    [
      ['deploy', 'helo'],
      ['helo', 'hello'],
    ],
    [
      ['logs', '--since', 'yesterdayish'],
      ['--since', 'yesterdayish', '5m'],
    ],
    [
      ['env', 'set', 'NOVALUE'],
      ['NOVALUE', 'KEY=VALUE'],
    ],
    [['env', 'set', '1KEY=x'], ['1KEY']],
    [
      ['init', 'there', '--template', 'constructor'],
      ['constructor', 'hello-python'],
    ],
    [
      ['init', 'there', '--template', 'hello-cobol'],
      ['hello-cobol', 'hello-python', 'hello-node', 'hello-typescript'],
    ],
  ])('wrong arguments %j are refused', async (args, says) => {
    const folder = await folderWith({ 'slsctl.yml': project(), 'app.py': handler });
    const { stderr } = await refused(folder, args);
    for (const said of says) expect(stderr).toMatch(said instanceof RegExp ? said : literally(said));
  });

  it.each([
    ['logs -f', 'slsctl logs --help'],
    ['local fault slow', 'slsctl local fault --help'],
    ['deploi', 'slsctl --help'],
  ])('%s is refused with the help of the command that it names', async (line, help) => {
    const { code, stderr } = await slsctl(line.split(' '), { cwd: await folderWith() });
    expect(code).toBe(2);
    expect(stderr).toContain(` next: ${help}\n`);
  });

  it('an error is one JSON document with --output json', async () => {
    const folder = await folderWith({ 'slsctl.yml': project('timeout: 901'), 'app.py': handler });
    const env = { ...dummyCredentials, AWS_ENDPOINT_URL: endpoint.endpoint };
    const { code, stdout } = await slsctl(['plan', '--output', 'json'], { cwd: folder, env });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { exitCode: 2, message: expect.stringContaining('timeout') },
    });
  });
});

describe('the payload of invoke', () => {
  let folder: string;
  const invoke = (payload: string, input?: string) =>
    refused(folder, ['invoke', '--payload', payload], input);

  it.each<[what: string, payload: string, says: (string | RegExp)[], input?: string]>([
    ['invalid JSON', '{"name": Sam}', ['--payload', 'JSON']],
    ['a missing file', '@event.json', ['--payload', 'event.json']],
    ['an empty stdin', '-', ['--payload'], ''],
    [
      'more than 6 MB',
      '-',
      ['--payload', /6 MB|6,?291,?5?56|6,?291,?456/],
      JSON.stringify('x'.repeat(6_291_457)),
    ],
  ])('refuses %s', async (_, payload, says, input) => {
    folder = await folderWith({ 'slsctl.yml': project(), 'app.py': handler });
    const { stderr } = await invoke(payload, input);
    for (const said of says) expect(stderr).toMatch(said instanceof RegExp ? said : literally(said));
  });
});

describe('deploy', () => {
  it('refuses more than 250 MB unzipped', async () => {
    const folder = await folderWith({ 'slsctl.yml': project(), 'app.py': handler });
    await mkdir(join(folder, 'zeros'));
    const file = await open(join(folder, 'zeros', 'sparse.bin'), 'w');
    await file.truncate(263 * 1024 * 1024);
    await file.close();
    const { stderr } = await refused(folder, ['deploy']);
    expect(stderr).toMatch(/250 MB|262,?144,?000/);
    expect(stderr).toContain('zeros');
  });

  it('refuses a handler without a file', async () => {
    const folder = await folderWith({
      'slsctl.yml': project().replace('app.handler', 'other.handler'),
      'app.py': handler,
    });
    const { stderr } = await refused(folder, ['deploy']);
    expect(stderr).toContain('handler');
    expect(stderr).toContain('other');
  });

  it('refuses missing code', async () => {
    const folder = await folderWith({ 'slsctl.yml': project().replace('code: .', 'code: ./src') });
    const { stderr } = await refused(folder, ['deploy']);
    expect(stderr).toContain('code');
    expect(stderr).toContain('src');
  });
});

describe('an error of the environment', () => {
  it('names the wrong variable', async () => {
    const folder = await folderWith({ 'slsctl.yml': project(), 'app.py': handler });
    const env = { ...dummyCredentials, AWS_ENDPOINT_URL: endpoint.endpoint, SLSCTL_ROLE_BUDGET: 'long' };
    const ran = await slsctl(['deploy'], { cwd: folder, env });
    expect(ran).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error: SLSCTL_ROLE_BUDGET is 'long'/),
    });
  });

  it('gives advice without credentials, and exits 3', async () => {
    const folder = await folderWith({ 'slsctl.yml': project(), 'app.py': handler });
    const env = { AWS_ENDPOINT_URL: endpoint.endpoint, AWS_REGION: 'us-east-1' };
    const ran = await slsctl(['deploy'], { cwd: folder, env });
    expect(ran.code, ran.stderr).toBe(3);
    expect(ran.stderr).toMatch(/credentials/);
    expect(ran.stderr).toMatch(/--local|aws configure|aws sso login|--profile/);
    expectAdvice(ran);
  });

  it('names the missing profile, and exits 3', async () => {
    const folder = await folderWith({ 'slsctl.yml': project(), 'app.py': handler });
    const env = { AWS_ENDPOINT_URL: endpoint.endpoint, AWS_REGION: 'us-east-1' };
    const ran = await slsctl(['deploy', '--profile', 'nobody'], { cwd: folder, env });
    expect(ran.code, ran.stderr).toBe(3);
    expect(ran.stderr).toContain('nobody');
    expectAdvice(ran);
  });

  it('names a port that is in use', async () => {
    const port = await freePort();
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(port, '127.0.0.1', resolve));
    onTestFinished(() => void holder.close());
    const home = await folderWith();
    const ran = await slsctl(['local', 'start', '--port', String(port)], { env: { SLSCTL_HOME: home } });
    expect([1, 2], ran.stderr).toContain(ran.code);
    expect(ran.stderr).toContain(String(port));
    expect(ran.stderr).toMatch(/in use|--port/);
    expectAdvice(ran);
  });

  it('leaves a local store alone that slsctl did not write', async () => {
    const home = await folderWith();
    await mkdir(join(home, 'local'));
    await writeFile(join(home, 'local', 'store'), 'the diary of somebody else\n');
    const ran = await slsctl(['local', 'start', '--port', String(await freePort())], {
      env: { SLSCTL_HOME: home },
    });
    expect([1, 2], ran.stderr).toContain(ran.code);
    expect(ran.stderr).toContain(join(home, 'local'));
    expectAdvice(ran);
  });
});

function literally(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}
