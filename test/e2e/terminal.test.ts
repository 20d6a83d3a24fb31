// Questions, colours and progress on a real terminal, wide and narrow.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetAliasCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { startInProcess } from '../local/in-process.ts';
import { account } from '../support/account.ts';
import { expectSlsctl } from '../support/in-process.ts';
import { type Clients, clientsOf, everything, type LocalAws } from '../support/local.ts';
import { folderWith } from '../support/project.ts';
import { type Recorder, recorder } from '../support/proxy.ts';
import { ctrlC, hasTerminals, startOnTerminal, type TerminalOptions } from '../support/terminal/terminal.ts';

const hello = { runtime: 'python3.12', handler: 'app.handler' };
const red = '\x1b[31m';
const question = /\[y\/N\]/g;

describe.skipIf(!hasTerminals)('on a terminal', () => {
  let local: LocalAws;
  let clients: Clients;
  let proxy: Recorder;
  let folder: string;

  beforeAll(async () => {
    local = await startInProcess();
    [clients, proxy] = await Promise.all([clientsOf(local.env), recorder(local.endpoint)]);
  });
  afterAll(async () => {
    await proxy?.close();
    await local?.stop();
  });
  beforeEach(async () => {
    folder = await folderWith();
    await code(1);
  });
  afterEach(() => on('destroy', '--yes'));

  const code = (answer: number) =>
    writeFile(join(folder, 'app.py'), `def handler(event, context):\n    return ${answer}\n`);
  const declare = (functions: Record<string, unknown>) =>
    writeFile(join(folder, 'slsctl.yml'), stringify({ project: 'seen', functions }));
  const on = (...args: string[]) => expectSlsctl(args, { cwd: folder, env: local.env });
  const start = (args: string[], options: TerminalOptions = {}) =>
    startOnTerminal(args, {
      cwd: folder,
      ...options,
      env: { ...local.env, AWS_ENDPOINT_URL: proxy.endpoint, ...options.env },
    });

  /** Types keys at the one question of a command; answers the exit code, and what was shown and changed. */
  async function answered(args: string[], keys: string, options: TerminalOptions = {}) {
    proxy.take();
    const terminal = await start(args, options);
    await terminal.saw('[y/N]');
    expect(proxy.mutations()).toEqual([]);
    terminal.type(keys);
    const exit = await terminal.done;
    expect(terminal.text.match(question)).toHaveLength(1);
    return { exit, raw: terminal.raw, text: terminal.text, changed: proxy.mutations() };
  }

  it('a deployment that removes something asks once, in red, and follows the answer', async () => {
    await declare({ hello: { ...hello, aliases: { live: {}, old: {}, older: {} } } });
    await on('deploy');
    await declare({ hello: { ...hello, aliases: { live: {} } } });
    for (const keys of ['n\r', '\r', 'yess\r']) {
      const { exit, text, raw, changed } = await answered(['deploy'], keys);
      expect({ keys, exit, changed }).toEqual({ keys, exit: 1, changed: [] });
      expect(text).toMatch(
        /alias hello:old is removed\n +lost: the name for version 1; callers get errors\n/,
      );
      expect(text).toContain('nothing was changed');
      expect(raw).toContain(`${red}alias hello:older is removed`);
    }
    const interrupted = await answered(['deploy'], ctrlC);
    expect(interrupted).toMatchObject({ exit: 130, changed: [] });
    expect(interrupted.text).toMatch(/\n+error: interrupted: nothing was changed\n/);

    const plain = await answered(['deploy'], 'n\r', { env: { NO_COLOR: '1' } });
    expect(plain.raw).not.toContain(red);

    const done = await answered(['deploy'], 'y\r');
    expect(done.exit).toBe(0);
    expect(done.changed).toHaveLength(2);
  });

  it.each([80, 40])('destroy asks once with the list of resources, at %i columns', async (columns) => {
    await declare({ hello: { ...hello, aliases: { live: {} } } });
    await on('deploy');
    const before = await account(clients);
    for (const [keys, code] of [
      ['n\r', 1],
      [ctrlC, 130],
    ] as const) {
      const { exit, text, raw, changed } = await answered(['destroy'], keys, { columns });
      expect({ exit, changed }).toEqual({ exit: code, changed: [] });
      expect(text).toMatch(
        /\n {2}- function hello\n {6}lost: its versions, aliases and address; callers get errors\n/,
      );
      expect(raw).toContain(`${red}lost: its logs`);
      const wide = text.split('\n').filter((line) => line.length > 80 && !/^(target: |Remove )/.test(line));
      expect(wide).toEqual([]);
    }
    expect(await account(clients)).toEqual(before);
    const gone = await answered(['destroy'], 'yes\r', { columns });
    expect(gone.exit).toBe(0);
    expect(gone.text).toMatch(
      /✓ gone {2}function +hello\n✓ gone {2}log group +\/aws\/lambda\/hello\nNothing remains/,
    );
    expect(await everything(local.env)).toEqual([]);
  });

  it.each([80, 40])(
    'a canary shows its progress on one line, and Ctrl-C rolls it back, at %i columns',
    async (columns) => {
      await declare({ hello: { ...hello, aliases: { live: {} } } });
      await on('deploy');
      await code(2);
      const terminal = await start(['deploy', '--canary', '50%', '--bake', '1h'], { columns });
      await terminal.saw('bake hello:live');
      const call = new InvokeCommand({
        FunctionName: 'hello',
        Qualifier: 'live',
        Payload: Buffer.from('{}'),
      });
      // Until some of the calls are counted.
      while (!terminal.spun.some((line) => / \([1-9]\d* requests/.test(line)))
        await clients.lambda.send(call);
      terminal.type(ctrlC);
      expect(await terminal.done).toBe(130);
      expect(terminal.text).toContain('hello:live serves version 1 alone again');
      expect(terminal.text).toMatch(/error: interrupted\n/);
      expect(terminal.spun.filter((line) => line.length > columns)).toEqual([]);
      const alias = await clients.lambda.send(new GetAliasCommand({ FunctionName: 'hello', Name: 'live' }));
      expect(alias).toMatchObject({ FunctionVersion: '1' });
      expect(alias.RoutingConfig).toBeUndefined();
    },
  );

  it('many changes show their progress on one line', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `function-with-a-longer-name-${index}`);
    await declare(Object.fromEntries(names.map((name) => [name, { ...hello }])));
    const terminal = await start(['deploy'], { columns: 60 });
    expect(await terminal.done).toBe(0);
    expect(terminal.text).toContain('✔ 32 changes');
    expect(terminal.spun.some((line) => /\d+ of 32 done, \d+ running/.test(line))).toBe(true);
    expect(terminal.spun.filter((line) => line.length > 60)).toEqual([]);
  });
});
