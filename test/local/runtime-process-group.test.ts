// The start of a function's process: it leads a group, says what it says in one pipe, and has the environment it was given.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { leading } from '../../src/local/runtime/process-group.ts';

const env = {
  PATH: process.env.PATH ?? '',
  LANG: 'xx_XX.UTF-8',
  PERL5OPT: '-Mno_such_module',
  PERL5LIB: '/nowhere',
  PERL_BADLANG: '1',
  EMPTY: '',
  TEXT: 'ünïcode\nand = more',
};
const ways = [
  ['by a session', false] as const,
  ...(existsSync('/usr/bin/perl') ? [['by Perl', true] as const] : []),
];

async function run(withPerl: boolean, command: string, args: string[]) {
  const start = leading({ command, args, env }, withPerl);
  const child = spawn(start.command, start.args, {
    env: start.env,
    detached: start.detached,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const code = new Promise((resolve) => child.once('close', resolve));
  const said = await text(child.stdout);
  return { said, code: await code, pid: child.pid };
}

describe.skipIf(process.platform === 'win32').each(ways)('a process that leads a group %s', (_, withPerl) => {
  it('has its own id, the environment that was given, and one pipe for both outputs', async () => {
    const program = `
      const { execFileSync } = require('node:child_process');
      const group = Number(execFileSync('ps', ['-o', 'pgid=', '-p', String(process.pid)]));
      const { fstatSync } = require('node:fs');
      const same = fstatSync(1).ino === fstatSync(2).ino;
      console.log(JSON.stringify({ pid: process.pid, group, same, env: process.env, rest: process.argv.slice(1) }));`;
    const { said, pid } = await run(withPerl, process.execPath, ['-e', program, 'a b', '$c', '"']);
    expect(JSON.parse(said)).toMatchObject({ pid, group: pid, same: true, env, rest: ['a b', '$c', '"'] });
  });

  it('says that there is no such program', async () => {
    const { said, code } = await run(withPerl, '/no/such/program', []);
    expect(said).toContain('/no/such/program');
    expect(code).toBe(127);
  });
});
