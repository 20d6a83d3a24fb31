// Two local AWS: slsctl works on the first, and its --explain output runs on the second as a shell script.

import { expect } from 'vitest';
import type { Pace } from '../../src/local/service.ts';
import { startInProcess } from '../local/in-process.ts';
import { run } from './cli.ts';
import { expectSlsctl } from './in-process.ts';
import type { LocalAws } from './local.ts';
import { removeFolder, temporaryFolder } from './project.ts';

export interface Replay {
  first: LocalAws;
  second: LocalAws;
  folder: string;
  /** Runs a command against the first and answers the commands that it explained. */
  explained(...args: string[]): Promise<string[]>;
  /**
   * Runs the commands against the second, and answers their error output: reads of absent resources fail, as they
   * did for slsctl. Each read runs only once, because it changes nothing and the CLI is slow.
   */
  replay(commands: string[]): Promise<string>;
  stop(): Promise<void>;
}

/**
 * `aws` is the CLI; `secrets` are values by variable, of which none may be printed; the second local AWS has
 * this `pace`.
 */
export async function startReplay(
  aws: string,
  secrets: Record<string, string>,
  pace: Partial<Pace> = {},
): Promise<Replay> {
  const seen = new Set<string>();
  const isNew = (command: string) => {
    const [, read] = /^(aws \S+ (?:get|list|describe)-\S+)/.exec(command) ?? [];
    if (read === undefined) return true;
    return !seen.has(read) && seen.add(read);
  };
  const [first, second, folder] = await Promise.all([
    startInProcess(),
    startInProcess(pace),
    temporaryFolder('explain'),
  ]);
  return {
    first,
    second,
    folder,
    async explained(...args) {
      const { stdout, stderr } = await expectSlsctl([...args, '--explain', '--local'], {
        cwd: folder,
        env: { SLSCTL_HOME: first.home },
      });
      for (const secret of Object.values(secrets)) expect(stdout + stderr).not.toContain(secret);
      expect(stdout).not.toMatch(/^aws /m);
      return stderr.split('\n').filter((line) => line.startsWith('aws '));
    },
    async replay(commands) {
      const script = `aws() { "$SLSCTL_TEST_AWS" --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
${commands.filter(isNew).join('\n').replaceAll(first.endpoint, second.endpoint)}\n`;
      const env = { ...second.env, ...secrets, AWS_PAGER: '', SLSCTL_TEST_AWS: aws };
      const { stderr } = await run('sh', ['-s'], { cwd: folder, env, input: script });
      return stderr;
    },
    async stop() {
      await Promise.all([first.stop(), second.stop()]);
      await removeFolder(folder);
    },
  };
}
