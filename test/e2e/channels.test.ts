// The split of output between stdout and stderr, and the effect of --quiet.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { startInProcess } from '../local/in-process.ts';
import { expectSlsctl } from '../support/in-process.ts';
import type { LocalAws } from '../support/local.ts';
import { folderWith, removeFolder, temporaryFolder } from '../support/project.ts';
import { interposed } from '../support/proxy.ts';
import { hasTerminals, startOnTerminal } from '../support/terminal/terminal.ts';

const code = `def handler(event, context):
    print("seen")
    if event.get("fail"):
        raise RuntimeError("broken")
    return "well"
`;
let local: LocalAws;
let folder: string;
beforeAll(async () => {
  [local, folder] = await Promise.all([startInProcess(), temporaryFolder('channels')]);
  const functions = { hello: { runtime: 'python3.12', handler: 'app.handler' } };
  await writeFile(join(folder, 'app.py'), code);
  await writeFile(join(folder, 'slsctl.yml'), stringify({ project: 'channels', functions }));
  await on(['deploy']);
});
afterAll(async () => {
  await local?.stop();
  await removeFolder(folder);
});
const on = (args: string[], exit = 0) => expectSlsctl(args, { cwd: folder, env: local.env, code: exit });

it('--quiet does not hide the error of an invocation', async () => {
  const { stdout, stderr } = await on(['invoke', '--payload', '{"fail": true}', '--quiet'], 1);
  expect(JSON.parse(stdout)).toMatchObject({ errorType: 'RuntimeError' });
  expect(stderr).toBe('error: the function failed: RuntimeError: broken\n');
});

it('--quiet does not hide requested output: logs and commands', async () => {
  const { stdout, stderr } = await on(['invoke', '--tail', '--quiet', '--explain']);
  expect(stdout).toBe('"well"\n');
  expect(stderr).toMatch(/^aws lambda invoke [\s\S]*^seen$/m);
});

it('a deployment that fails outside its functions does not blame the functions', async () => {
  const one = { runtime: 'python3.12', handler: 'app.handler' };
  const declare = (functions: object) => stringify({ project: 'beside', functions });
  const folder = await folderWith({ 'app.py': code, 'slsctl.yml': declare({ one, two: one, three: one }) });
  await expectSlsctl(['deploy'], { cwd: folder, env: local.env });
  const denied = { 'x-amzn-errortype': 'AccessDeniedException', 'content-type': 'application/json' };
  const proxy = await interposed(local.endpoint, async ({ method }) =>
    method === 'DELETE' ? { status: 403, headers: denied, body: '{"message": "not you"}' } : undefined,
  );
  onTestFinished(() => proxy.close());
  await writeFile(join(folder, 'slsctl.yml'), declare({ one, two: one }));
  const env = { ...local.env, AWS_ENDPOINT_URL: proxy.endpoint };
  const { stderr } = await expectSlsctl(['deploy', '--yes'], { cwd: folder, env, code: 1 });
  expect(stderr).toContain('error: function three: access denied');
  expect(stderr).toContain('all 2 functions are as declared');
});

it.skipIf(!hasTerminals)(
  'a receipt written to a file does not contain the question and its list',
  async () => {
    const receipt = join(folder, 'receipt.txt');
    const terminal = await startOnTerminal(['destroy'], { cwd: folder, env: local.env, stdout: receipt });
    await terminal.saw('[y/N]');
    expect(terminal.text).toMatch(/This removes 4 things: 1 role, .*\n {2}- /);
    expect(terminal.text).toContain('- function hello');
    terminal.type('y\r');
    expect(await terminal.done).toBe(0);
    expect(await readFile(receipt, 'utf8')).toMatch(/^✓ gone[\s\S]*Nothing remains/);
  },
);
