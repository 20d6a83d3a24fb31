// How a function's process comes to lead a process group, so that all it starts is stopped, continued and killed as one.
import { accessSync, constants, readFileSync } from 'node:fs';
import type { LaunchPlan } from './launch.ts';

export interface Start {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
  /** Node.js gives it a session, which has a group. */
  readonly detached: boolean;
}

const perl = '/usr/bin/perl';
/** Names of variables come with a mark, so that none of them means anything to Perl. */
const mark = '-';
const script = [
  'setpgrp',
  'open STDERR, ">&STDOUT"',
  `%ENV = map { substr($_, 1), $ENV{$_} } grep /^${mark}/, keys %ENV`,
  'exec { $ARGV[0] } @ARGV or print "$ARGV[0]: $!\\n"',
  'exit($!{ENOENT} ? 127 : 126)',
].join('; ');

let known: boolean | undefined;
const byPerl = () => {
  known ??= sharesBySession() && isThere(perl);
  return known;
};

/**
 * On POSIX systems; stdout and stderr are one pipe, which keeps lines in the order in which they were written.
 * Linux shares out its processors by session before it does by process: on a busy machine a server that waits for
 * functions in sessions of their own, sixteen say, gets a seventeenth. Node.js makes no group without a session; Perl
 * does, where it is installed.
 */
export function leading({ command, args, env }: LaunchPlan, withPerl = byPerl()): Start {
  if (!withPerl) {
    const shell = ['-c', 'exec "$@" 2>&1', 'sh', command, ...args];
    return { command: '/bin/sh', args: shell, env, detached: true };
  }
  const marked = Object.entries(env).map(([name, value]) => [mark + name, value]);
  return {
    command: perl,
    args: ['-e', script, command, ...args],
    // Of languages that this machine does not have it need not warn.
    env: { ...Object.fromEntries(marked), PERL_BADLANG: '0' },
    detached: false,
  };
}

/** https://man7.org/linux/man-pages/man7/sched.7.html, the autogroup feature */
function sharesBySession(): boolean {
  try {
    return readFileSync('/proc/sys/kernel/sched_autogroup_enabled', 'latin1').trim() === '1';
  } catch {
    return false;
  }
}

function isThere(program: string): boolean {
  try {
    accessSync(program, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
