// The command line: every command with its arguments and options. What a command does is loaded when it runs.
import { Command, CommanderError, Option } from 'commander';
import { checkedEndpoint } from './aws/endpoint.ts';
import { globalOptions } from './cli/global.ts';
import { lifecycle } from './cli/lifecycle.ts';
import { local } from './cli/local.ts';
import { parts } from './cli/parts.ts';
import type { CommandSpec, Run } from './cli/spec.ts';
import { traffic } from './cli/traffic.ts';
import { type Context, createContext, type GlobalOptions } from './context.ts';
import { badInput, exitCodes } from './errors/user-error.ts';
import type { Host, Output, Signals } from './host.ts';
import { abortOnSignals } from './ui/interrupt.ts';
import { SeenEnough, watchReaders } from './ui/readers.ts';

declare const SLSCTL_VERSION: string;

export const commands: CommandSpec[] = [...lifecycle, ...parts, ...traffic, ...local];

/**
 * Runs one command line (without node and script) to its end: parses, runs, reports. Resolves with the exit code and
 * never rejects. It reads nothing but its host, and leaves nothing behind in the process, so that several can run side
 * by side.
 */
export async function runProgram(args: string[], host: Host): Promise<number> {
  const abort = new AbortController();
  const listenNoLonger = abortOnSignals(abort, host);
  let context: Context | undefined;
  const readers = watchReaders(host, () => {
    if (context?.ui.streaming) abort.abort(new SeenEnough());
  });

  let exitCode: number = exitCodes.done;
  let options: GlobalOptions = { output: wantsJson(args) ? 'json' : 'text' };
  const program = buildProgram(host, called(args), async (given, run, commandArgs) => {
    options = withEnvironment(given, host.env);
    context = await makeContext(options, host, abort.signal);
    exitCode = (await run(context, commandArgs)) ?? exitCodes.done;
    if (exitCode !== exitCodes.done) return;
    await context.ended();
    await readers.written();
  });
  try {
    await program.parseAsync(args.length > 0 ? args : ['--help'], { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (abort.signal.reason instanceof SeenEnough) return exitCodes.done;
    let error = thrown;
    // Help that was asked for, or shown because a command was missing.
    if (error instanceof CommanderError && error.exitCode === 0) {
      error = await readers.written().catch((failure: unknown) => failure);
      if (!error) return exitCodes.done;
    }
    if (error instanceof CommanderError && error.code === 'commander.help') return exitCodes.usage;
    const [{ terminalUi }, { reportError }, { describeError }] = await Promise.all([
      import('./ui/terminal.ts'),
      import('./ui/report-error.ts'),
      import('./errors/describe-error.ts'),
    ]);
    const failure = error instanceof CommanderError ? usageError(error) : error;
    const ui = context?.ui ?? (await terminalUi(options, host, abort.signal));
    return reportError(ui, abort.signal.aborted ? abort.signal.reason : failure, {
      describe: describeError,
      verbose: options.verbose,
    });
  } finally {
    context?.close();
    listenNoLonger();
    await readers.leave();
  }
}

type Dispatch = (options: GlobalOptions, run: Run, args: Record<string, unknown>) => Promise<void>;

/** The command that comes first, without making the others; all where none does. */
function called([first]: string[]): CommandSpec[] {
  const named = commands.filter(({ usage }) => usage.split(' ')[0] === first);
  return named.length > 0 ? named : commands;
}

function buildProgram(host: Host, specs: readonly CommandSpec[], dispatch: Dispatch): Command {
  const program = new Command('slsctl')
    .description('Takes an AWS Lambda function through its whole life, on AWS or on this machine.')
    .version(SLSCTL_VERSION, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText(
      'after',
      `\nStart here:\n  slsctl walkthrough\n  slsctl init hello && cd hello && slsctl deploy --local`,
    );
  addOptions(program, globalOptions);
  // Before the commands, which take it over.
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
      // Help has none.
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

function withEnvironment(options: GlobalOptions, env: NodeJS.ProcessEnv): GlobalOptions {
  const local = options.local ?? (env.SLSCTL_LOCAL === '1' || env.SLSCTL_LOCAL === 'true');
  if (local && options.local && options.endpointUrl) {
    throw badInput('--local and --endpoint-url exclude each other');
  }
  if (options.endpointUrl !== undefined) checkedEndpoint(options.endpointUrl, '--endpoint-url');
  return { ...options, local: local && !options.endpointUrl };
}

async function makeContext(options: GlobalOptions, host: Host, signal: AbortSignal): Promise<Context> {
  const { terminalUi } = await import('./ui/terminal.ts');
  const { cwd, env, stdin } = host;
  return createContext({
    options,
    ...{ cwd, env, stdin, signal },
    ui: await terminalUi(options, host, signal),
    startLocal: async (context) => (await import('./workflow/local-server.ts')).ensureLocal(context),
    async slsctl(args, place) {
      const { capturedHost } = await import('./captured-host.ts');
      const within = capturedHost({ ...place, signals: onlyCtrlC(host), exit: (code) => host.exit?.(code) });
      const exitCode = await runProgram(args, within);
      return { exitCode, stdout: within.stdout.text, stderr: within.stderr.text };
    },
  });
}

/** Of the signals Ctrl-C alone is for all that runs at a terminal; others end it after what runs within. */
function onlyCtrlC({ signals }: Host): Signals {
  const pass = (change: 'on' | 'off') => (signal: string, listener: () => void) =>
    signal === 'SIGINT' && signals[change](signal, listener);
  return { on: pass('on'), off: pass('off') };
}

function usageError(error: CommanderError): Error {
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  return badInput(first, {
    reason: rest.join(' ').replace(/^\((.*)\)$/, '$1') || undefined,
    next: 'slsctl help',
  });
}

/** Known before parsing, so that a parse error too is one JSON document. */
function wantsJson(args: string[]): boolean {
  return args.some(
    (arg, index) =>
      arg === '--output=json' ||
      arg === '-ojson' ||
      (arg === 'json' && /^(-o|--output)$/.test(args[index - 1] ?? '')),
  );
}
