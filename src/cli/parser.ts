// Builds the parser of the command line from the table of commands.
import { Command, type CommanderError, Option } from 'commander';
import type { GlobalOptions } from '../context.ts';
import { badInput } from '../errors/user-error.ts';
import type { Host, Output } from '../host.ts';
import { globalOptions } from './global.ts';
import type { CommandSpec, Run } from './spec.ts';
import { commands } from './table.ts';

declare const SLSCTL_VERSION: string;

type Dispatch = (options: GlobalOptions, run: Run, args: Record<string, unknown>) => Promise<void>;

/**
 * Calls `dispatch` with the options, the run function and the arguments of the command. Rejects with a CommanderError
 * when the command line is wrong, and when help was shown (also for an empty command line).
 */
export async function parse(args: string[], host: Host, dispatch: Dispatch): Promise<void> {
  const words = args.length > 0 ? args : ['--help'];
  await makeParser(host, called(words), dispatch).parseAsync(words, { from: 'user' });
}

/** The command that the line names, so that only its parser is built; all commands if it names none. */
function called([first]: string[]): readonly CommandSpec[] {
  const named = commands.filter(({ usage }) => usage.split(' ')[0] === first);
  return named.length > 0 ? named : commands;
}

function makeParser(host: Host, specs: readonly CommandSpec[], dispatch: Dispatch): Command {
  const program = new Command('slsctl')
    .description('Takes an AWS Lambda function through its whole life, on AWS or on this machine.')
    .version(SLSCTL_VERSION, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText(
      'after',
      `\nStart here:\n  slsctl walkthrough\n  slsctl init hello && cd hello && slsctl deploy --local`,
    );
  addOptions(program, globalOptions);
  // Must come before the commands are added: they inherit this configuration.
  configure(program, host);
  for (const spec of specs) add(program, spec, dispatch);
  return program;
}

function add(parent: Command, spec: CommandSpec, dispatch: Dispatch): void {
  if (spec.group) parent.commandsGroup(`${spec.group}:`);
  const command = parent.command(spec.usage).description(spec.summary);
  addOptions(command, spec.options);
  if (spec.syntax) command.usage(spec.syntax);
  if (spec.examples) {
    command.addHelpText('after', `\nExamples:\n${spec.examples.map((line) => `  ${line}`).join('\n')}`);
  }
  for (const sub of spec.subcommands ?? []) add(command, sub, dispatch);
  const { run } = spec;
  if (!run) return;
  command.action(async () => {
    const positional = Object.fromEntries(
      command.registeredArguments.map((argument, index) => [
        camelCase(argument.name()),
        command.processedArgs[index],
      ]),
    );
    await dispatch(command.optsWithGlobals(), run, { ...command.opts(), ...positional });
  });
}

function addOptions(command: Command, options: CommandSpec['options'] = []): void {
  for (const option of options) {
    if (option instanceof Option) command.addOption(option);
    else command.option(...option);
  }
}

function configure(program: Command, host: Host): void {
  program
    .exitOverride()
    .configureHelp({
      showGlobalOptions: true,
      subcommandTerm: (sub) => `${sub.name()} ${sub.usage().replace(/\[options\] ?/, '')}`.trim(),
    })
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
      outputError: () => {},
      getOutHelpWidth: () => widthOf(host.stdout),
      getErrHelpWidth: () => widthOf(host.stderr),
      // Help is printed without colours.
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
}

function widthOf({ isTTY, columns }: Output): number {
  return (isTTY && columns) || 80;
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The error that the user gets for a wrong command line, with the help of the command that it names. */
export function usageError(error: CommanderError, args: readonly string[]): Error {
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  return badInput(first, {
    reason: rest.join(' ').replace(/^\((.*)\)$/, '$1') || undefined,
    next: ['slsctl', ...pathIn(commands, args), '--help'].join(' '),
  });
}

/** The names of the command and its subcommands with which the words begin. */
function pathIn(specs: readonly CommandSpec[], [word = '', ...rest]: readonly string[]): string[] {
  const spec = specs.find(({ usage }) => usage.split(' ')[0] === word);
  return spec ? [word, ...pathIn(spec.subcommands ?? [], rest)] : [];
}
