// Console transcripts of a page: each command is run again, and its output is compared with what the page shows.
import { EventEmitter } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { capturedHost } from '../../src/captured-host.ts';
import { runProgram } from '../../src/program.ts';
import { cleanEnvironment, run } from '../support/cli.ts';
import { removeFolder, temporaryFolder } from '../support/project.ts';

/**
 * The page with the output that its commands have now. Blocks of `console` run in their order, in one folder, with a
 * local AWS of their own; `<!-- run: COMMAND -->` runs between them and is not shown. An output that differs only in
 * what no run repeats (times, ids) or in the order of its lines stays as the page has it.
 */
export async function replay(page: string): Promise<string> {
  const folder = await temporaryFolder('transcript');
  const session = await openSession(folder);
  try {
    const parts = page.split(/(^```console\n.*?^```$|^<!-- run: .*? -->$)/gms);
    const replayed: string[] = [];
    for (const part of parts) {
      const hidden = /^<!-- run: (.*?) -->$/s.exec(part)?.[1];
      if (hidden !== undefined) await session.expect(hidden);
      replayed.push(part.startsWith('```console\n') ? await block(part, session) : part);
    }
    return replayed.join('');
  } finally {
    await session.close();
    await removeFolder(folder);
  }
}

interface Session {
  /** Runs a shell command where the one before it ended; resolves with its output. */
  run(command: string): Promise<string>;
  /** The same; rejects when it fails. */
  expect(command: string): Promise<void>;
  close(): Promise<void>;
}

/** slsctl runs in this process, `cd` is followed, and everything else is for a shell. */
async function openSession(folder: string): Promise<Session> {
  const home = join(folder, 'sam');
  await mkdir(home);
  const env = cleanEnvironment(home);
  let cwd = home;
  /** The address that was shown last: another one in each run. */
  let site: string | undefined;

  async function one(command: string): Promise<{ code: number; output: string }> {
    const [program, ...args] = words(command);
    if (program === 'slsctl') {
      const host = capturedHost({ cwd, env, signals: new EventEmitter() });
      // Both in one, in the order in which a terminal would show them.
      const code = await runProgram(args, { ...host, stderr: host.stdout });
      return { code, output: host.stdout.text };
    }
    if (program === 'cd') {
      cwd = resolve(cwd, args[0] ?? home);
      return { code: 0, output: '' };
    }
    // On a terminal curl shows no progress.
    const typed = command.replace(/^curl /, 'curl -sS ');
    const { code, stdout, stderr } = await run('bash', ['-c', typed], { cwd, env });
    return { code, output: stdout + stderr };
  }

  async function all(line: string): Promise<{ code: number; output: string }> {
    const outputs: string[] = [];
    let code = 0;
    for (const command of line.split(' && ')) {
      const ran = await one(site === undefined ? command : command.replace(sites, site));
      outputs.push(ran.output);
      site = ran.output.match(sites)?.[0] ?? site;
      code = ran.code;
      if (code !== 0) break;
    }
    return { code, output: outputs.join('').replaceAll(home, '/home/sam') };
  }

  return {
    run: async (line) => (await all(line)).output,
    async expect(line) {
      const { code, output } = await all(line);
      if (code !== 0) throw new Error(`${line}: exit ${code}\n${output}`);
    },
    close: async () => void (await one('slsctl local stop')),
  };
}

/** Addresses of functions on the local AWS, in both forms, without their paths. */
const sites =
  /http:\/\/(?:\w+\.(?:execute-api|lambda-url)\.[\w-]+\.localhost:\d+|127\.0\.0\.1:\d+\/_aws\/[\w-]+\/[\w-]+\/\w+)/g;

/** As a shell splits a line without variables. */
function words(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

async function block(text: string, session: Session): Promise<string> {
  const [, ...commands] = text
    .replace(/^```console\n/, '\n')
    .replace(/```$/, '')
    .split(/^(?=\$ )/m);
  const replayed: string[] = [];
  for (const shown of commands) {
    const end = shown.indexOf('\n');
    const command = shown.slice(2, end);
    const before = shown.slice(end + 1).trimEnd();
    const now = withoutProgress((await session.run(command)).replace(/[ \t]+$/gm, '').trimEnd());
    replayed.push([`$ ${command}`, ...(now ? [same(before, now) ? before : now] : [])].join('\n'));
  }
  return `\`\`\`console\n${replayed.join('\n\n')}\n\`\`\``;
}

/** On a terminal these follow one another in the line of their step. */
function withoutProgress(output: string): string {
  const lines = output.split('\n');
  const continues = (line: string, at: number) =>
    lines.slice(0, at).some((step) => step.length > 0 && line.startsWith(`${step}: `));
  return lines.filter((line, at) => !continues(line, at)).join('\n');
}

/** Apart from what no run repeats, and from the order of what is done side by side. */
function same(shown: string, now: string): boolean {
  const lines = (text: string) => masked(text).split('\n').sort().join('\n');
  return lines(shown) === lines(now);
}

function masked(text: string): string {
  return text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?/g, 'DATE')
    .replace(/\d\d:\d\d:\d\d\.\d+/g, 'TIME')
    .replace(/\d+(\.\d+)? (ms|s)\b/g, 'DURATION')
    .replace(/Used: \d+ MB/g, 'Used: N MB')
    .replace(sites, 'SITE')
    .replace(/127\.0\.0\.1:\d+/g, 'ADDRESS')
    .replace(/x86_64|arm64/g, 'MACHINE')
    .replace(/(code size +)\d+ MB/g, '$1N MB')
    .replace(/(process +)\d+/g, '$1N')
    .replace(/[ \t]+/g, ' ');
}
