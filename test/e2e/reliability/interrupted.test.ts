// Ctrl-C and SIGTERM at any request: the run says what it knows, changes nothing more, and can be run again.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { services } from '../../../trust/points.ts';
import { type Watched, watch } from '../../../trust/proxy.ts';
import { startInProcess } from '../../local/in-process.ts';
import type { Ran } from '../../support/cli.ts';
import { expectSlsctl, type Running, startOnTerminal, startSlsctl } from '../../support/in-process.ts';
import { everything, type LocalAws } from '../../support/local.ts';
import { removeFolder, temporaryFolder } from '../../support/project.ts';
import { interposed } from '../../support/proxy.ts';
import { ctrlC } from '../../support/terminal/terminal.ts';

const name = 'cut';

let aws: LocalAws;
let folder: string;
let proxy: Watched;
/** Called before each request is sent on; true holds it for ever. */
let onRequest: (write: boolean) => boolean = () => false;

beforeAll(async () => {
  [aws, folder] = await Promise.all([startInProcess(), temporaryFolder('cut')]);
  proxy = await watch(aws.endpoint, services, async ({ writes }, forward) => {
    if (onRequest(writes)) return new Promise(() => {});
    await forward();
    return true;
  });
  const fields = {
    runtime: 'nodejs22.x',
    handler: 'index.handler',
    url: { authType: 'NONE' },
    aliases: { live: {} },
  };
  const functions = { [name]: { ...fields, code: { path: '.', include: ['index.js'] } } };
  await writeFile(join(folder, 'slsctl.yml'), stringify({ project: name, functions }));
  await writeFile(join(folder, 'index.js'), 'exports.handler = async () => 1;\n');
});
afterAll(async () => {
  await proxy?.close();
  await aws?.stop();
  if (folder) await removeFolder(folder);
});

const on = (...args: string[]) => expectSlsctl(args, { cwd: folder, env: aws.env });
const env = () => ({ ...aws.env, AWS_ENDPOINT_URL: proxy.endpoint });

interface Cut extends Ran {
  /** Whether a write was sent before the signal. */
  readonly began: boolean;
  /** Writes that were sent after the signal. */
  readonly late: number;
}

/** Runs a command and sends the signal with its request of this number, which gets no answer; undefined: it has fewer. */
async function cutAt(
  request: number,
  signal: 'SIGINT' | 'SIGTERM',
  args: string[],
): Promise<Cut | undefined> {
  let running: Running | undefined;
  let count = 0;
  let writes = 0;
  let late = 0;
  onRequest = (write) => {
    if (count >= request) {
      late += write ? 1 : 0;
      return true;
    }
    if (++count < request) {
      writes += write ? 1 : 0;
      return false;
    }
    running?.signal(signal);
    return true;
  };
  running = await startSlsctl(args, { cwd: folder, env: env() });
  const ran = await running.done;
  onRequest = () => false;
  // AWS completes what it got before the signal.
  await proxy.settled();
  return count < request ? undefined : { ...ran, began: writes > 0, late };
}

interface Named {
  kind: string;
  name: string;
}
interface Known {
  done: Named[];
  cutOff: Named[];
  notStarted: Named[];
}

const codes = { SIGINT: 130, SIGTERM: 143 };
const signalOf = (request: number) => (request % 2 === 0 ? 'SIGTERM' : 'SIGINT');
const text = ({ kind, name }: Named) => `${kind} ${name}`;
/** Roles are listed with their path. */
const isThere = (all: string[], one: Named) =>
  all.some((line) => line === text(one) || (one.kind === 'role' && line.endsWith(`/${one.name}`)));
const listed = (one: Named) => ['function', 'role', 'log group'].includes(one.kind);

describe.each([
  ['destroy', ['destroy', '--yes'], 'deploy', 'nothing was removed'],
  ['deploy', ['deploy', '--yes'], 'destroy', 'nothing was changed'],
])('%s, interrupted at any request,', (_, args, before, nothing) => {
  it('says what it knows, as text and as data, and sends no change any more', {
    timeout: 180_000,
  }, async () => {
    let cuts = 0;
    let begun = 0;
    for (let request = 1; ; request += 2) {
      await on(before, '--yes');
      const json = request % 4 === 1;
      const signal = signalOf((request - 1) / 2);
      const cut = await cutAt(request, signal, json ? [...args, '-o', 'json'] : args);
      if (!cut) break;
      cuts++;
      const { code, stdout, stderr, began, late } = cut;
      const at = `request ${request}: ${stderr}`;
      expect(late, at).toBe(0);
      if (code === 0) continue;
      expect(code, at).toBe(codes[signal]);
      expect(stderr, at).toContain('error: interrupted');
      if (!began && !/cut off/.test(stderr)) expect(stderr, at).toContain(`interrupted: ${nothing}`);
      else {
        begun++;
        expect(stderr, at).toMatch(/^(done|cut off|not started): /m);
        expect(stderr, at).not.toMatch(/✗|still has it/);
      }
      if (json) {
        const { error, interrupted } = JSON.parse(stdout) as { error: object; interrupted?: Known };
        expect(error, at).toMatchObject({ exitCode: codes[signal] });
        if (stderr.includes('cut off: ')) await consistent(interrupted as Known, args[0] === 'destroy', at);
      }
      await on(...args);
      await on('plan');
    }
    expect(cuts).toBeGreaterThan(8);
    expect(begun).toBeGreaterThan(2);
  });
});

/** The lists agree with what is live. */
async function consistent({ done, notStarted }: Known, removes: boolean, at: string): Promise<void> {
  const all = await everything(aws.env);
  for (const one of done.filter(listed)) expect(isThere(all, one), `${text(one)}, ${at}`).toBe(!removes);
  for (const one of notStarted.filter(listed)) expect(isThere(all, one), `${text(one)}, ${at}`).toBe(removes);
}

describe('a question', () => {
  it.each([
    ['Ctrl-C', 130],
    ['SIGTERM', 143],
  ] as const)('that is answered with %s removes nothing, and exits %i', async (answer, code) => {
    await on('deploy', '--yes');
    const before = await everything(aws.env);
    const terminal = await startOnTerminal(['destroy'], { cwd: folder, env: env() });
    await terminal.saw('[y/N]');
    if (answer === 'Ctrl-C') terminal.type(ctrlC);
    else terminal.signal(answer);
    expect(await terminal.done).toBe(code);
    expect(terminal.text).toContain('interrupted: nothing was removed');
    expect(terminal.text).not.toContain('run the same command again');
    expect(await everything(aws.env)).toEqual(before);
  });
});

describe('the reading of the live state', () => {
  it.each([['plan'], ['status'], ['destroy']])('is shown on a terminal by %s', async (command) => {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const slow = await interposed(aws.endpoint, async () => {
      await opened;
      return undefined;
    });
    const terminal = await startOnTerminal([command], {
      cwd: folder,
      env: { ...aws.env, AWS_ENDPOINT_URL: slow.endpoint },
    });
    await terminal.saw('reading ');
    expect(terminal.spun.join('\n')).toMatch(/reading (\d+|the) resources/);
    open();
    if (command === 'destroy') {
      await terminal.saw('[y/N]');
      terminal.type('n\n');
    }
    await terminal.done;
    await slow.close();
  });
});
