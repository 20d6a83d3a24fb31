// A command of the command line: usage, options, examples, and the function that runs it.
import { InvalidArgumentError, Option } from 'commander';
import type { Context } from '../context.ts';

/** Runs a command and resolves with the exit code; undefined means 0. */
// biome-ignore lint/suspicious/noExplicitAny: commander hands over what the options above declare
export type Run = (context: Context, args: any) => Promise<number | undefined | void>;

export interface CommandSpec {
  /** Commander's usage: `deploy [functions...]`. */
  usage: string;
  /** What a user types where `usage` has `<words...>`: `[function] KEY=VALUE...`. */
  syntax?: string;
  summary: string;
  options?: (Option | [flags: string, description: string])[];
  run?: Run;
  subcommands?: CommandSpec[];
  group?: string;
  examples?: string[];
}

export const choice = (flags: string, description: string, choices: readonly string[]) =>
  new Option(flags, description).choices(choices);

/** Takes a name each time that it is given. */
const names = (name: string, others: string[] = []) => [...others, name];

/** An option that may be given several times. */
export const assignments = (flags: string, description: string) =>
  new Option(flags, description).argParser(names);

/** For commands that may take over resources of other owners. */
export function adoptOptions(what: string): NonNullable<CommandSpec['options']> {
  return [
    ['--adopt', `take over ${what} of the same names that slsctl did not make`],
    new Option(
      '--adopt-from <project>',
      `take over ${what} of this project: PROJECT, or PROJECT/STAGE`,
    ).argParser((name: string, others: string[] = []) => {
      if (/^[\w-]+(\/[\w-]+)?$/.test(name)) return [...others, name];
      throw new InvalidArgumentError('Allowed: PROJECT or PROJECT/STAGE.');
    }),
  ];
}

/** For commands that remove resources. */
export const confirmOption = new Option(
  '--confirm <project>',
  'remove also what another slsctl.yml of the project created: PROJECT, or PROJECT/STAGE',
).argParser(names);

/** For commands that remove what may hold data. */
export const deleteDataOption = new Option(
  '--delete-data',
  'remove buckets, tables, streams and queues with all that they hold; --yes does not cover it',
);

export const port = new Option('--port <n>', 'listen on this port of 127.0.0.1').argParser((given) => {
  const value = Number(given);
  if (!Number.isInteger(value) || value < 1 || value > 65_535) {
    throw new InvalidArgumentError('Allowed: 1 to 65535.');
  }
  return value;
});
