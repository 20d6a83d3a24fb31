// Many functions at once: AWS throttles, one function fails, and the user sees the right messages.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInProcess } from '../local/in-process.ts';
import type { Ran } from '../support/cli.ts';
import { expectSlsctl, slsctl } from '../support/in-process.ts';
import { everything, type LocalAws } from '../support/local.ts';
import { folderWith } from '../support/project.ts';
import { type Answer, interposed } from '../support/proxy.ts';

const names = Array.from({ length: 24 }, (_, index) => `f-${index}`);
const files = {
  'index.mjs': 'export const handler = async () => 1;\n',
  'slsctl.yml': `project: many
defaults: { runtime: nodejs20.x, handler: index.handler }
functions:
${names.map((name) => `  ${name}: {}\n`).join('')}`,
};
const tooOften: Answer = {
  status: 429,
  headers: { 'x-amzn-errortype': 'TooManyRequestsException' },
  body: '{"Type":"User","message":"Rate exceeded"}',
};
const throttling: Answer = {
  status: 400,
  headers: { 'content-type': 'text/xml' },
  body: '<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>1</RequestId></ErrorResponse>',
};

describe('a project of many functions', () => {
  let local: LocalAws;

  beforeAll(async () => {
    local = await startInProcess();
  });
  afterAll(async () => {
    await local?.stop();
  });

  const on = (
    cwd: string,
    args: string[],
    options: { code?: number; endpoint?: string } = {},
  ): Promise<Ran> =>
    expectSlsctl([...args, ...(options.endpoint ? ['--endpoint-url', options.endpoint] : [])], {
      cwd,
      env: local.env,
      code: options.code,
    });

  it('is deployed without a message though AWS throttles for a while', async () => {
    const folder = await folderWith(files);
    let left = { functions: 15, roles: 15 };
    const proxy = await interposed(local.endpoint, async ({ method, path, operation }) => {
      if (method === 'POST' && /\/functions$/.test(path) && left.functions-- > 0) return tooOften;
      if (operation === 'CreateRole' && left.roles-- > 0) return throttling;
      return undefined;
    });
    const ran = await on(folder, ['deploy'], { endpoint: proxy.endpoint });
    await proxy.close();
    expect(left.functions).toBeLessThanOrEqual(0);
    expect(left.roles).toBeLessThanOrEqual(0);
    left = { functions: 0, roles: 0 };
    expect(ran.stderr + ran.stdout).not.toMatch(/rate exceeded|throttl|too ?many/i);
    expect(ran.stdout).toMatch(/24 functions, [\d.]+ s/);
    await on(folder, ['plan', '--exit-code']);
    await on(folder, ['destroy', '--yes']);
    expect(await everything(local.env)).toEqual([]);
  });

  it('reports the failed function, deploys the others, and continues at the next deploy', async () => {
    const folder = await folderWith(files);
    const proxy = await interposed(
      local.endpoint,
      async ({ method, path, operation, body }): Promise<Answer | undefined> => {
        if (method === 'POST' && /\/functions$/.test(path) && body.includes('"f-7"')) {
          return {
            status: 403,
            headers: { 'x-amzn-errortype': 'AccessDeniedException' },
            body: '{"Message":"not f-7"}',
          };
        }
        if (operation === 'CreateRole' && body.includes('RoleName=f-9-')) {
          return {
            status: 403,
            headers: { 'content-type': 'text/xml' },
            body: '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not f-9</Message></Error><RequestId>1</RequestId></ErrorResponse>',
          };
        }
        return undefined;
      },
    );
    const { stderr } = await on(folder, ['deploy'], { endpoint: proxy.endpoint, code: 1 });
    await proxy.close();
    expect(stderr).toContain('error: function f-7');
    expect(stderr).toContain('error: role f-9-us-east-1');
    expect(stderr).toContain('left out: function f-9');
    expect(stderr).toContain('22 of 24 functions are as declared; not: f-7, f-9');
    const functions = (await everything(local.env)).filter((name) => name.startsWith('function'));
    expect(functions).toHaveLength(22);
    await on(folder, ['deploy']);
    await on(folder, ['plan', '--exit-code']);
    const { code } = await slsctl(['destroy', '--yes'], { cwd: folder, env: local.env });
    expect(code).toBe(0);
    expect(await everything(local.env)).toEqual([]);
  });
});
