// The walkthrough on a permanent endpoint: it removes all its resources, at every kind of end.
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startInProcess } from '../local/in-process.ts';
import { startSlsctl } from '../support/cli.ts';
import { everything, type LocalAws } from '../support/local.ts';
import { folderWith } from '../support/project.ts';
import { type Answer, type Asked, interposed } from '../support/proxy.ts';

let local: LocalAws;
beforeAll(async () => {
  local = await startInProcess();
});
afterAll(() => local?.stop());

async function walkthrough(instead: (asked: Asked) => Promise<Answer | undefined>) {
  const proxy = await interposed(local.endpoint, instead);
  onTestFinished(() => proxy.close());
  const args = ['walkthrough', '--endpoint-url', proxy.endpoint];
  const env = { ...local.env, AWS_ENDPOINT_URL: undefined };
  return startSlsctl(args, { cwd: await folderWith(), env });
}

describe('resources of the walkthrough are removed', () => {
  it('when it fails during the creation of the role', async () => {
    const running = await walkthrough(async ({ operation }) =>
      /^(Put|Attach)RolePolicy$/.test(operation)
        ? {
            status: 403,
            headers: { 'content-type': 'text/xml' },
            body: '<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>',
          }
        : undefined,
    );
    const { code, stdout, stderr } = await running.done;
    expect({ code, stdout, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('step 3') });
    expect(stdout).toContain('access denied');
    expect(await everything(local.env)).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('when CI stops it between two steps', async () => {
    let stop = () => {};
    const running = await walkthrough(async ({ method, path }) => {
      if (method === 'POST' && path.endsWith('/functions')) stop();
      return undefined;
    });
    stop = () => running.child.kill('SIGTERM');
    const { code, stdout } = await running.done;
    expect(code).toBe(143);
    expect(stdout).toContain('Step 4');
    expect(stdout).not.toContain('Step 5');
    expect(await everything(local.env)).toEqual([]);
  });
});
