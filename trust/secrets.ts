// Nine secrets, each from another kind of source: no command in any mode lets one of them out, failures included.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ran } from '../test/support/cli.ts';
import { slsctl } from '../test/support/in-process.ts';
import { startLocal } from '../test/support/local.ts';
import { removeFolder } from '../test/support/project.ts';
import { type Echo, startEcho } from './secrets/echo.ts';
import { createSetting, leaksIn, marks, project, type Setting } from './secrets/setting.ts';
import type { Section } from './section.ts';
import { sample } from './work.ts';

const modes = [
  [],
  ['-o', 'json'],
  ['--explain'],
  ['--verbose', '--explain'],
  ['--quiet'],
  ['-o', 'json', '--verbose'],
];

const looks = [
  ...[
    ['plan'],
    ['plan', '--exit-code'],
    ['plan', '--prune'],
    ['deploy', '--dry-run'],
    ['status'],
    ['list'],
    ['policy'],
  ],
  ...[
    ['env', 'list'],
    ['versions'],
    ['alias', 'list'],
    ['layer', 'list'],
    ['role', 'show'],
    ['concurrency', 'show'],
  ],
  ...[
    ['package', '--list'],
    ['schema'],
    ['list', '--orphans'],
    ['invoke'],
    ['invoke', '--tail'],
    ['invoke', '--async'],
  ],
  ...[
    ['invoke', '--payload', '{"fail":1}'],
    ['invoke', '--qualifier', '1', '--tail'],
    ['invoke', '--qualifier', 'live'],
  ],
  ...[
    ['logs', '--since', '1h'],
    ['logs', '--since', '1h', '--format', 'raw'],
    ['logs', '--since', '1h', '--format', 'json'],
  ],
];

/** Each is refused with an error that repeats what was sent, and afterwards done. */
const changes = [
  ...[
    ['deploy', '--prune', '--yes'],
    ['env', 'set', 'ANOTHER=x'],
    ['env', 'unset', 'ANOTHER'],
  ],
  ...[
    ['env', 'set', `NEW_TOKEN="${marks['a literal in a stage']}" it's`],
    ['env', 'unset', 'NEW_TOKEN'],
  ],
  ...[
    ['alias', 'set', 'beta', '--to', '1'],
    ['concurrency', 'set', '--reserved', '3'],
    ['rollback', '--to', '1', '--yes'],
  ],
  ...[
    ['deploy', '--code-only'],
    ['deploy', '--adopt', '--yes'],
    ['init', 'copy', '--from-function', 'nine-live'],
  ],
  ['destroy', '--yes'],
];

/** Lines in the place of `TABLE: users`, and other mistakes in the file that bring a secret to the wrong place. */
const mistakes: ((text: string, secret: string) => string)[] = [
  ...[
    (secret: string) => `TABLE: [${secret}]`,
    (secret: string) => `TABLE: { nested: ${secret} }`,
    (secret: string) => `TABLE: *${secret}`,
    (secret: string) => `TABLE: !${secret} x`,
    (secret: string) => `TABLE: &${secret}`,
    (secret: string) => `TABLE: "${secret}`,
    (secret: string) => `TABLE: "\\q${secret}"`,
    (secret: string) => `TABLE: > ${secret}`,
    (secret: string) => `TABLE: @${secret}`,
    (secret: string) => `TABLE: ${secret}: ${secret}`,
    (secret: string) => `TABLE=${secret}: x`,
    (secret: string) => `TABLE=${secret}`,
    (secret: string) => `? [${secret}]\n      : x`,
    (secret: string) => `PASSWORD: "\${${secret}}"`,
    (secret: string) => `PASSWORD: "\${${secret}"`,
    (secret: string) => `${secret}:`,
    (secret: string) => `"${secret}!": x`,
    (secret: string) => `AWS_REGION: ${secret}`,
  ].map((line) => (text: string, secret: string) => text.replace('TABLE: users', () => line(secret))),
  (text, secret) => text.replace(/environment:\n(?: {6}.*\n)+/, () => `environment: [PASSWORD=${secret}]\n`),
  (text, secret) => text.replace(/environment:\n(?: {6}.*\n)+/, () => `environment: PASSWORD=${secret}\n`),
  (text, secret) => text.replace(/environment:\n(?: {6}.*\n)+/, () => `environment: { ${secret} }\n`),
  (text, secret) =>
    text.replace('environment:', () => `environments: { PASSWORD: ${secret} }\n    environment:`),
  (text, secret) => text.replace('  nine:\n', () => `  PASSWORD: ${secret}\n  nine:\n`),
  (text, secret) => text.replace('functions:\n', () => `PASSWORD: ${secret}\nfunctions:\n`),
  (text, secret) => `${text}  PASSWORD: ${secret}\n`,
];

interface Tried {
  readonly what: string;
  readonly ran: Ran;
}

export const secrets: Section = async (size, say) => {
  const aws = await startLocal();
  const broken: string[] = [];
  let outputs = 0;
  let echo: Echo | undefined;
  let setting: Setting | undefined;
  try {
    setting = await createSetting(aws.env);
    echo = await startEcho(aws.endpoint);
    const { folder, env } = setting;
    const file = join(folder, 'slsctl.yml');
    const check = ({ what, ran }: Tried) => {
      outputs++;
      const leaks = leaksIn(ran.stdout + ran.stderr);
      if (leaks.length > 0) broken.push(`slsctl ${what} shows ${leaks.join(', ')}`);
      say(`${outputs} outputs, ${broken.length} broken`);
    };
    const run = async (args: readonly string[], given: NodeJS.ProcessEnv = env): Promise<Tried> => {
      const tried = { what: args.join(' '), ran: await slsctl(args, { cwd: folder, env: given }) };
      return tried;
    };
    broken.push(...(await notShown(setting)));

    const some = size === 'whole' ? modes : modes.slice(0, 4);
    const all = looks.flatMap((args) => some.map((mode) => [...args, ...mode]));
    for (const args of size === 'whole' ? all : sample(all, 30)) {
      const tried = await run(args);
      check(tried);
      if (tried.ran.code === 2) broken.push(`slsctl ${tried.what} was not tried: ${tried.ran.stderr}`);
    }

    const echoed = { ...env, AWS_ENDPOINT_URL: echo.endpoint };
    for (const args of changes) {
      const before = await readFile(file, 'utf8');
      for (const mode of size === 'whole' ? modes : modes.slice(2, 4)) {
        check(await run([...args, ...mode], echoed));
        await writeFile(file, before);
        await rm(join(folder, 'copy'), { recursive: true, force: true });
      }
      const done = await run(args);
      check(done);
      if (done.ran.code !== 0) broken.push(`slsctl ${done.what} failed: ${done.ran.stderr}`);
    }
    if (echo.refused() === 0) broken.push('no change was refused: the errors were not tried');

    for (const [index, mistake] of mistakes.entries()) {
      const secret = marks['a literal in slsctl.yml'];
      await writeFile(file, mistake(project().replace(/API_KEY: .*/, 'API_KEY: x'), secret));
      for (const mode of size === 'whole' ? modes : modes.slice(0, 2)) {
        const { what, ran } = await run(['plan', ...mode]);
        check({ what: `${what} with mistake ${index}`, ran });
        if (ran.code !== 2 && ran.code !== 0) broken.push(`mistake ${index}: exit ${ran.code}`);
      }
    }
    broken.push(...(await inFiles(folder)));
  } finally {
    await echo?.close();
    await aws.stop();
    if (setting) await removeFolder(setting.folder);
  }
  const kinds = Object.keys(marks).length;
  return { figures: `${kinds} secrets, ${outputs} outputs: ${broken.length} leaks`, broken };
};

/** Secrets that --show-values does not show, though the commands deal with them: then nothing was tried. */
async function notShown({ folder, env }: Setting): Promise<string[]> {
  const shown = await Promise.all(
    [['env', 'list'], ['invoke'], ['invoke', '--qualifier', '1']].map((args) =>
      slsctl([...args, '--show-values'], { cwd: folder, env }),
    ),
  );
  const seen = leaksIn(shown.map(({ stdout, stderr }) => stdout + stderr).join('\n'));
  return Object.keys(marks)
    .filter((kind) => kind !== 'the password of a proxy' && !seen.some((one) => one === kind))
    .map((kind) => `${kind} is not shown by --show-values, so it was not tried`);
}

/** Secrets in files that slsctl wrote, beside the user's own. */
async function inFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const leaks = await Promise.all(
    names
      .filter((entry) => entry.isFile() && !(entry.parentPath === folder && entry.name === 'slsctl.yml'))
      .map(async ({ parentPath, name }) => {
        const leaking = leaksIn(await readFile(join(parentPath, name), 'utf8'));
        return leaking.map((kind) => `the file ${name} has ${kind}`);
      }),
  );
  return leaks.flat();
}
