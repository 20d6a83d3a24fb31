// Folders with slsctl.yml files on one local AWS, and what each command changed there.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { startInProcess } from '../../local/in-process.ts';
import type { Ran } from '../../support/cli.ts';
import { expectSlsctl, startOnTerminal } from '../../support/in-process.ts';
import { type Clients, clientsOf, everything, type LocalAws } from '../../support/local.ts';
import { folderWith } from '../../support/project.ts';
import { recorder } from '../../support/proxy.ts';
import type { Terminal } from '../../support/terminal/terminal.ts';

export interface World {
  readonly local: LocalAws;
  readonly clients: Clients;
  /** Resolves with the output; fails when the exit code differs. */
  on(folder: string, args: readonly string[], code?: number): Promise<Ran>;
  /** Fails unless the command exits with 2 and changes nothing. */
  refused(folder: string, args: readonly string[]): Promise<string>;
  /** At a terminal, at which nothing was typed yet. */
  terminal(folder: string, args: readonly string[]): Promise<Terminal>;
  /** What was called since the last look and may have changed something. */
  mutations(): string[];
  names(): Promise<string[]>;
  /** A name on AWS that no test used before. */
  name(word: string): string;
  close(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const local = await startInProcess();
  const [clients, proxy] = await Promise.all([clientsOf(local.env), recorder(local.endpoint)]);
  const env = { ...local.env, AWS_ENDPOINT_URL: proxy.endpoint };
  let count = 0;
  const mutations = () => proxy.mutations().map(String);
  return {
    local,
    clients,
    on: (cwd, args, code = 0) => expectSlsctl(args, { cwd, env, code }),
    async refused(cwd, args) {
      proxy.take();
      const before = await everything(local.env);
      const { stderr } = await expectSlsctl(args, { cwd, env, code: 2 });
      const changed = mutations();
      if (changed.length > 0)
        throw new Error(`${args.join(' ')} has changed something: ${changed.join(', ')}`);
      const after = await everything(local.env);
      if (after.join() !== before.join()) throw new Error(`${args.join(' ')} has removed something`);
      return stderr;
    },
    terminal: (cwd, args) => startOnTerminal([...args], { cwd, env, columns: 200 }),
    mutations,
    names: () => everything(local.env),
    name: (word) => `${word}${++count}`,
    async close() {
      await proxy.close();
      await local.stop();
    },
  };
}

const fields = { runtime: 'nodejs20.x', handler: 'index.handler' };

/** A folder with code and a slsctl.yml; `functions` are names, or names with their fields. */
export async function projectFolder(
  project: string,
  functions: readonly string[] | Record<string, object>,
  more: Record<string, unknown> = {},
  files: Record<string, string> = {},
): Promise<string> {
  const named = Array.isArray(functions)
    ? functions.map((name) => [name, {}] as const)
    : Object.entries(functions);
  const declared = Object.fromEntries(named.map(([name, own]) => [name, { ...fields, ...own }]));
  const folder = await folderWith({
    'index.mjs': 'export const handler = async () => 1;\n',
    'slsctl.yml': stringify({ project, functions: declared, ...more }),
  });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

/** The files of a git clone with this remote. */
export function cloneOf(url: string): Record<string, string> {
  return { '.git/HEAD': 'ref: refs/heads/main\n', '.git/config': `[remote "origin"]\n\turl = ${url}\n` };
}
