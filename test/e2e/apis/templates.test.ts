// The templates with an address: each deploys, plans to nothing, answers real HTTP, and is removed whole.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { homeFolder, run } from '../../support/cli.ts';
import { expectSlsctl } from '../../support/in-process.ts';
import { everything, type LocalAws, startLocal } from '../../support/local.ts';
import { folderWith } from '../../support/project.ts';
import { npm, reaches, reachesNpm } from '../../support/registry.ts';

let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocal();
});
afterAll(() => aws?.stop());

const pip = ['-m', 'pip', '--disable-pip-version-check', '--retries', '0', '--timeout', '20'];
async function reachesPip() {
  return reaches('python3', [
    ...pip,
    'download',
    '-q',
    '--no-deps',
    '--dest',
    await homeFolder(),
    'jmespath==1.0.1',
  ]);
}

interface Deployed {
  options: { cwd: string; env: Record<string, string> };
  /** The addresses of routes by their keys, or that of the URL. */
  addresses: Record<string, string>;
  next: string;
}

async function deployed(template: string, prepare?: (cwd: string) => Promise<unknown>): Promise<Deployed> {
  const folder = await folderWith();
  await expectSlsctl(['init', 'shop', '--template', template], { cwd: folder });
  const options = { cwd: join(folder, 'shop'), env: aws.env };
  await prepare?.(options.cwd);
  const { stderr } = await expectSlsctl(['deploy'], options);
  expect((await expectSlsctl(['plan', '--exit-code'], options)).stdout).toContain('Nothing to change');
  const { stdout } = await expectSlsctl(['status', '-o', 'json'], options);
  const [{ routes, url }] = JSON.parse(stdout).functions;
  const addresses = Object.fromEntries(
    routes.map(({ route, address }: Record<string, string>) => [route, address]),
  );
  return {
    options,
    addresses: url ? { url: url.address } : addresses,
    next: /^ *next: (curl .+)$/m.exec(stderr)?.[1] ?? '',
  };
}

async function removed({ options }: Deployed): Promise<void> {
  const { stdout } = await expectSlsctl(['destroy', '--yes', '--delete-data'], options);
  expect(stdout).toContain('Nothing remains.');
  expect(stdout).not.toContain('still calls');
  expect(await everything(aws.env)).toEqual([]);
}

/** By real curl. */
async function curl(...args: string[]): Promise<{ status: number; body: unknown }> {
  const { stdout } = await run('curl', ['-s', '-w', '\n%{http_code}', ...args]);
  const at = stdout.lastIndexOf('\n');
  const text = stdout.slice(0, at);
  return { status: Number(stdout.slice(at + 1)), body: text === '' ? undefined : JSON.parse(text) };
}

/** The five routes of the users API. */
async function answersAsUsersApi({ addresses, next }: Deployed): Promise<void> {
  const users = addresses['GET /users'] as string;
  expect(next).toBe(`curl ${users}`);
  expect(addresses['DELETE /users/{id}']).toBe(`${users}/{id}`);
  const sam = { userId: '1', name: 'Sam', email: 'sam@example.com' };
  expect(await curl(users)).toEqual({ status: 200, body: [] });
  const created = await curl('-d', JSON.stringify(sam), users);
  expect(created).toMatchObject({ status: 201, body: { ...sam, createdAt: expect.any(String) } });
  expect(await curl('-H', 'content-type: application/json', '-d', '{}', users)).toMatchObject({
    status: 400,
  });
  expect(await curl(`${users}/1`)).toEqual({ ...created, status: 200 });
  expect(await curl('-X', 'PUT', '-d', '{"name":"Max"}', `${users}/1`)).toMatchObject({
    ...{ status: 200, body: { ...sam, name: 'Max' } },
  });
  expect(await curl(users)).toMatchObject({ status: 200, body: [{ name: 'Max' }] });
  expect((await curl('-X', 'DELETE', `${users}/1`)).status).toBe(204);
  expect(await curl(`${users}/1`)).toEqual({ status: 404, body: { error: 'User not found' } });
  expect(await curl(`${users}/1/more`)).toEqual({ status: 404, body: { message: 'Not Found' } });
}

const [pythonIndex, npmRegistry] = [await reachesPip(), await reachesNpm()];

describe('the template', () => {
  it('url-node has an address that answers', async () => {
    const project = await deployed('url-node');
    const url = project.addresses.url as string;
    expect(project.next).toBe(`curl ${url}`);
    const message = (name: string) => ({ message: `Hello, ${name}! Welcome to serverless computing.` });
    expect(await curl(url)).toEqual({ status: 200, body: message('World') });
    expect(await curl(`${url}?name=Sam`)).toEqual({ status: 200, body: message('Sam') });
    expect(await curl(`${url}more`)).toEqual({ status: 404, body: { error: 'Not found' } });
    const event = await readFile(join(project.options.cwd, 'event.json'), 'utf8');
    const { stdout } = await expectSlsctl(['invoke', '--payload', '@event.json'], project.options);
    expect(JSON.parse(JSON.parse(stdout).body)).toEqual(message('Sam'));
    expect(JSON.parse(event).queryStringParameters).toEqual({ name: 'Sam' });
    await removed(project);
  });

  it.skipIf(!pythonIndex)('api-python is the users API', async () => {
    const project = await deployed('api-python');
    await answersAsUsersApi(project);
    await removed(project);
  });

  it.skipIf(!npmRegistry)('api-typescript is the same', async () => {
    const project = await deployed('api-typescript', async (cwd) => {
      const { code, stderr } = await run(npm, ['install', '--no-audit', '--no-fund'], { cwd });
      expect(code, stderr).toBe(0);
    });
    await answersAsUsersApi(project);
    await removed(project);
  });
});
