// `slsctl logs --follow`: the events that it shows, and how it ends.
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInProcess } from '../../local/in-process.ts';
import { expectSlsctl, startOnTerminal, startSlsctl } from '../../support/in-process.ts';
import { clientsOf, type LocalAws } from '../../support/local.ts';
import { filesIn, removeFolder } from '../../support/project.ts';
import { ctrlC } from '../../support/terminal/terminal.ts';

let aws: LocalAws;
let folder: string;

beforeAll(async () => {
  aws = await startInProcess();
  folder = await filesIn('follow', {
    'slsctl.yml': `project: follow
functions:
  ahead: { runtime: python3.12, handler: app.handler }
  late: { runtime: python3.12, handler: app.handler }
  quiet: { runtime: python3.12, handler: app.handler }
  absent: { runtime: python3.12, handler: app.handler }
`,
  });
});
afterAll(async () => {
  await aws?.stop();
  if (folder) await removeFolder(folder);
});

const follow = (name: string, ...more: string[]) =>
  startSlsctl(['logs', name, '--follow', '--format', 'raw', ...more], { cwd: folder, env: aws.env });

/** A log group with one stream. */
async function group(name: string) {
  const { logs } = await clientsOf(aws.env);
  const at = { logGroupName: `/aws/lambda/${name}`, logStreamName: 'one' };
  await logs.send(new CreateLogGroupCommand(at));
  await logs.send(new CreateLogStreamCommand(at));
  return {
    /** Writes an event that is dated this many milliseconds from now. */
    write: (message: string, fromNow = 0) =>
      logs.send(
        new PutLogEventsCommand({ ...at, logEvents: [{ message, timestamp: Date.now() + fromNow }] }),
      ),
  };
}

describe('logs --follow', () => {
  it.each([
    ['60 seconds', 60_000],
    ['nearly two hours', 7_000_000],
  ])('still shows new events after one that is dated %s ahead, and each once', async (words, ahead) => {
    const name = words.startsWith('6') ? 'ahead' : 'late';
    const { write } = await group(name);
    const running = await follow(name);
    await write('event of the future', ahead);
    await running.saw('event of the future');
    await write('event of now');
    await running.saw('event of now');
    await write('event that is a little late', -20_000);
    await running.saw('event that is a little late');
    running.signal('SIGINT');
    const { stdout } = await running.done;
    expect(stdout.trim().split('\n').toSorted()).toEqual([
      'event of now',
      'event of the future',
      'event that is a little late',
    ]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends with %s without an error', async (signal, code) => {
    const running = await follow('absent');
    await running.saw('waiting for /aws/lambda/absent');
    running.signal(signal);
    const ran = await running.done;
    expect(ran.code).toBe(code);
    expect(ran.stderr).not.toMatch(/error|next:|interrupted/);
  });

  it('shows on a terminal that it waits, and not in a pipe', async () => {
    const { write } = await group('quiet');
    await write('the only event');
    const terminal = await startOnTerminal(['logs', 'quiet', '--follow', '--format', 'raw'], {
      cwd: folder,
      env: aws.env,
    });
    await terminal.saw('the only event');
    await terminal.saw('waiting for events in /aws/lambda/quiet');
    await write('another event');
    await terminal.saw('another event');
    terminal.type(ctrlC);
    expect(await terminal.done).toBe(130);
    // The line is cleared before the event is printed.
    const [beforeEvent = ''] = terminal.raw.split('another event');
    expect(beforeEvent.split('waiting for').at(-1)).toContain('\u001b[0K');

    const piped = await follow('quiet');
    await piped.saw('another event');
    piped.signal('SIGINT');
    expect((await piped.done).stderr).toBe('');
  });

  it.each([
    [['--late', '10s'], '--late goes with --follow'],
    [['--follow', '--late', 'soon'], '--late is "soon"; allowed: 0 to 60m'],
    [['--follow', '--late', '2h'], '--late is "2h"; allowed: 0 to 60m'],
  ])('refuses %s', async (args, message) => {
    const { stderr } = await expectSlsctl(['logs', 'quiet', ...args], { cwd: folder, env: aws.env, code: 2 });
    expect(stderr).toContain(message);
  });
});
