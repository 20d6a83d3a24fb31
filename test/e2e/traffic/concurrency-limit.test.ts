// A function at its reserved concurrency, seen by its caller: refused at once, with advice.
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { describeError } from '../../../src/errors/describe-error.ts';
import { nextText } from '../../../src/ui/next.ts';
import { startInProcess } from '../../local/in-process.ts';
import { expectSlsctl, startSlsctl } from '../../support/in-process.ts';
import type { LocalAws } from '../../support/local.ts';
import { removeFolder, temporaryFolder } from '../../support/project.ts';
import { type Recorder, recorder } from '../../support/proxy.ts';

const code = `import os, time

def handler(event, context):
    open(event['began'], 'w').close()
    while not os.path.exists(event['until']):
        time.sleep(0.05)
    return 'done'
`;

let aws: LocalAws;
let proxy: Recorder;
let folder: string;

beforeAll(async () => {
  [aws, folder] = await Promise.all([startInProcess(), temporaryFolder('limit')]);
  proxy = await recorder(aws.endpoint);
  await writeFile(join(folder, 'app.py'), code);
  await writeFile(
    join(folder, 'slsctl.yml'),
    `project: limit
functions:
  hello:
    runtime: python3.12
    handler: app.handler
    code: { path: ., include: [app.py] }
    reservedConcurrentExecutions: 1
`,
  );
  await on(['deploy']);
});
afterAll(async () => {
  await proxy?.close();
  await aws?.stop();
  if (folder) await removeFolder(folder);
});

const options = () => ({ cwd: folder, env: aws.env });
const at = (args: string[]) => [...args, '--endpoint-url', proxy.endpoint];
const on = (args: string[], exit = 0) => expectSlsctl(at(args), { ...options(), code: exit });
const file = (name: string) => join(folder, name);
const payload = (began: string, until: string) => JSON.stringify({ began: file(began), until: file(until) });

describe('a function at its reserved concurrency', () => {
  it('refuses a call at once, without retries and with advice', async () => {
    const first = await startSlsctl(at(['invoke', '--payload', payload('began', 'until')]), options());
    await vi.waitFor(() => access(file('began')), { timeout: 30_000 });

    proxy.take();
    const { stdout, stderr } = await on(['invoke', '--payload', payload('never', 'until')], 1);
    expect(proxy.take().filter(({ path }) => path.includes('/invocations'))).toHaveLength(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('hello already runs as many invocations as it may: 1');
    expect(stderr).toContain('ReservedFunctionConcurrentInvocationLimitExceeded');
    expect(stderr).toMatch(/next: .*--async.*slsctl concurrency set hello --reserved N/);
    const { error } = JSON.parse((await on(['invoke', '--output', 'json'], 1)).stdout);
    expect(error).toMatchObject({ exitCode: 1, message: expect.stringContaining('hello') });
    // What is queued waits for its turn.
    await on(['invoke', '--async', '--payload', payload('queued', 'until')]);

    await writeFile(file('until'), '');
    expect(await first.done).toMatchObject({ code: 0, stdout: '"done"\n' });
    await vi.waitFor(() => access(file('queued')), { timeout: 60_000 });
  });

  it('is reported as disabled when its reserved concurrency is zero', async () => {
    await on(['concurrency', 'set', '--reserved', '0']);
    const { stderr } = await on(['invoke'], 1);
    expect(stderr).toContain('hello may not run: its reserved concurrency is 0');
    expect(stderr).toMatch(/next: slsctl concurrency set hello --reserved N/);
  });
});

describe('other invocation limits', () => {
  const refused = (Reason: string) => {
    const error = Object.assign(new Error('Rate Exceeded.'), { name: 'TooManyRequestsException', Reason });
    return describeError(Object.assign(error, { apiCall: 'Lambda:Invoke', apiResource: 'hello' }));
  };

  it.each([
    ['ConcurrentInvocationLimitExceeded', /account.*no free concurrency/, /slsctl concurrency show/],
    ['FunctionInvocationRateLimitExceeded', /throttling/, /wait/],
    ['ConcurrentSnapshotCreateLimitExceeded', /throttling/, /wait/],
  ])('have their own message: %s', (reason, message, next) => {
    const told = refused(reason);
    expect(told.message).toMatch(message);
    expect(told.reason).toContain(reason);
    expect(nextText(told.next ?? '', '')).toMatch(next);
    expect(told.exitCode).toBe(1);
  });
});
