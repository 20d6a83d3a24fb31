// The command line: every command with its arguments and options. What a command does is loaded when it runs.
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { type Context, createContext, type GlobalOptions } from './context.ts';
import { badInput, exitCodes } from './errors.ts';

/** Runs a command; what it resolves with is the exit code (nothing: 0). */
// biome-ignore lint/suspicious/noExplicitAny: commander hands over what the options above declare
type Run = (context: Context, args: any) => Promise<number | undefined | void>;

interface CommandSpec {
  /** Commander's usage: `deploy [functions...]`. */
  usage: string;
  summary: string;
  options?: (Option | [flags: string, description: string])[];
  run?: Run;
  subcommands?: CommandSpec[];
  group?: string;
  examples?: string[];
}

const choice = (flags: string, description: string, choices: readonly string[]) =>
  new Option(flags, description).choices(choices);

const port = new Option('--port <n>', 'listen on this port of 127.0.0.1').argParser((given) => {
  const value = Number(given);
  if (!Number.isInteger(value) || value < 1 || value > 65_535) {
    throw new InvalidArgumentError('Allowed: 1 to 65535.');
  }
  return value;
});

const commands: CommandSpec[] = [
  {
    group: 'A function, from nothing to gone',
    usage: 'init [dir]',
    summary: 'start a project from a template',
    options: [
      ['--template <name>', 'hello-python, hello-node'],
      ['--list', 'show the templates'],
      ['--from-function <name>', 'import a live function'],
    ],
    run: async (context, args) => (await import('./commands/init.ts')).init(context, args),
    examples: ['slsctl init hello', 'slsctl init hello --template hello-node'],
  },
  {
    usage: 'package [function]',
    summary: 'make the zip alone, and say what is in it',
    options: [
      ['--out <file>', 'write the zip here'],
      ['--list', 'list every file in it'],
    ],
    run: async (context, args) => (await import('./commands/package.ts')).packageFunction(context, args),
  },
  {
    usage: 'plan [functions...]',
    summary: 'what deploy would change, field by field',
    options: [
      ['--exit-code', 'exit 10 when there are changes'],
      ['--prune', 'also remove environment keys that the config does not know'],
      ['--adopt', 'take over things of these names that slsctl did not make'],
    ],
    run: async (context, args) => (await import('./commands/plan.ts')).plan(context, args),
  },
  {
    usage: 'deploy [functions...]',
    summary: 'make AWS match the config; only what differs is touched',
    options: [
      ['--dry-run', 'only say what would change'],
      ['--code-only', 'update code, nothing else'],
      ['--prune', 'also remove environment keys that the config does not know'],
      ['--adopt', 'take over things of these names that slsctl did not make'],
    ],
    run: async (context, args) => (await import('./commands/deploy.ts')).deploy(context, args),
    examples: ['slsctl deploy --local', 'slsctl deploy --stage prod --explain'],
  },
  {
    usage: 'invoke [function]',
    summary: 'call the function; response on stdout, logs on stderr',
    options: [
      ['--payload <json>', 'the event: JSON, @file, or - for standard input'],
      ['--async', 'queue the event and return at once'],
      ['--qualifier <name>', 'a version or an alias'],
      ['--tail', 'show the log of this invocation'],
    ],
    run: async (context, args) => (await import('./commands/invoke.ts')).invoke(context, args),
    examples: [`slsctl invoke --payload '{"name": "Sam"}'`, 'slsctl invoke --payload @event.json --tail'],
  },
  {
    usage: 'logs [function]',
    summary: 'what the function wrote',
    options: [
      ['--since <when>', '30s, 5m, 2h, 1d or an ISO time (default: 10m)'],
      ['--until <when>', 'likewise'],
      ['--follow', 'go on until Ctrl-C'],
      ['--filter <pattern>', 'a CloudWatch Logs filter pattern'],
      choice('--format <format>', 'how to print events', ['pretty', 'raw', 'json']),
    ],
    run: async (context, args) => (await import('./commands/logs.ts')).logs(context, args),
    examples: ['slsctl logs --since 5m', 'slsctl logs --follow --filter ERROR'],
  },
  {
    usage: 'destroy',
    summary: 'remove everything that the project owns, and prove it',
    run: async (context) => (await import('./commands/destroy.ts')).destroy(context),
  },
  {
    group: 'Its parts',
    usage: 'env',
    summary: 'environment variables, in the config and on AWS together',
    subcommands: [
      {
        usage: 'list [function]',
        summary: 'variables, masked unless --show-values',
        run: async (context, args) => (await import('./commands/env.ts')).envList(context, args),
      },
      {
        usage: 'set <words...>',
        summary: '[function] KEY=VALUE…: write the config and apply it',
        run: async (context, args) => (await import('./commands/env.ts')).envSet(context, args),
        examples: [
          'slsctl env set TABLE_NAME=my-users STAGE=dev',
          'slsctl env set my-first-function STAGE=dev',
        ],
      },
      {
        usage: 'unset <words...>',
        summary: '[function] KEY…: remove from the config and from AWS',
        run: async (context, args) => (await import('./commands/env.ts')).envUnset(context, args),
        examples: ['slsctl env unset TABLE_NAME'],
      },
    ],
  },
  {
    usage: 'role',
    summary: 'the execution role',
    subcommands: [
      {
        usage: 'show [function]',
        summary: 'trust, policies, who uses it',
        run: async (context, args) => (await import('./commands/role.ts')).roleShow(context, args),
      },
      {
        usage: 'create [function]',
        summary: 'make the role before the function',
        run: async (context, args) => (await import('./commands/role.ts')).roleCreate(context, args),
      },
      {
        usage: 'delete [function]',
        summary: 'remove the role that slsctl made',
        run: async (context, args) => (await import('./commands/role.ts')).roleDelete(context, args),
      },
    ],
  },
  {
    usage: 'status',
    summary: 'the live state of this project',
    run: async (context) => (await import('./commands/status.ts')).status(context),
  },
  {
    usage: 'list',
    summary: 'everything that slsctl manages in the account',
    run: async (context) => (await import('./commands/list.ts')).list(context),
  },
  {
    group: 'Without an account',
    usage: 'local',
    summary: 'the embedded local AWS',
    subcommands: [
      {
        usage: 'start',
        summary: 'start it in the background',
        options: [
          port,
          ['--latency <time>', 'slow like a network: each answer takes this long, 100ms say'],
          ['--iam-delay <time>', 'a new role cannot be assumed for this long'],
          ['--create-delay <time>', 'a new function stays Pending for this long'],
          ['--update-delay <time>', 'an update stays InProgress for this long'],
          [
            '--retry-delay <time>',
            'before a failed asynchronous invocation is tried again (AWS: 1m, then 2m)',
          ],
        ],
        run: async (context, args) => (await import('./commands/local.ts')).localStart(context, args),
        examples: ['slsctl local start --latency 100ms --iam-delay 8s --create-delay 3s --update-delay 2s'],
      },
      {
        usage: 'stop',
        summary: 'end it; what it holds is kept',
        run: async (context) => (await import('./commands/local.ts')).localStop(context),
      },
      {
        usage: 'status',
        summary: 'endpoint, account, process, data folder',
        run: async (context) => (await import('./commands/local.ts')).localStatus(context),
      },
      {
        usage: 'env',
        summary: 'shell exports for the aws CLI, boto3 or any SDK',
        options: [choice('--shell <name>', 'for which shell', ['sh', 'fish', 'powershell', 'cmd'])],
        run: async (context, args) => (await import('./commands/local.ts')).localEnv(context, args),
        examples: ['eval "$(slsctl local env)"'],
      },
      {
        usage: 'reset',
        summary: 'delete what it holds',
        run: async (context) => (await import('./commands/local.ts')).localReset(context),
      },
    ],
  },
  {
    usage: 'walkthrough',
    summary: 'the first nine steps with Lambda, live, on a throw-away local AWS',
    run: async (context) => (await import('./commands/walkthrough.ts')).walkthrough(context),
  },
];

/** Parses, runs, reports; resolves with the exit code and never rejects. */
export async function runProgram(args: string[], version: string): Promise<number> {
  const abort = new AbortController();
  const onInterrupt = () => {
    if (abort.signal.aborted) process.exit(exitCodes.interrupted);
    abort.abort();
  };
  process.on('SIGINT', onInterrupt);
  // A reader that has seen enough (`slsctl logs | head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

  let exitCode: number = exitCodes.done;
  let options: GlobalOptions = { output: wantsJson(args) ? 'json' : 'text' };
  const program = buildProgram(version, async (given, run, commandArgs) => {
    options = withEnvironment(given, process.env);
    exitCode = (await run(await makeContext(options, abort.signal), commandArgs)) ?? exitCodes.done;
  });
  try {
    await program.parseAsync(args.length > 0 ? args : ['--help'], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Help that was asked for, or shown because a command was missing.
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done;
    if (error instanceof CommanderError && error.code === 'commander.help') return exitCodes.usage;
    const [{ terminalUi }, { reportError }, { describeError }] = await Promise.all([
      import('./ui/terminal.ts'),
      import('./ui/report-error.ts'),
      import('./aws/error-advice.ts'),
    ]);
    const failure = error instanceof CommanderError ? usageError(error) : error;
    const ui = terminalUi({ ...options, env: process.env, signal: abort.signal });
    return reportError(ui, abort.signal.aborted ? abort.signal.reason : failure, {
      describe: describeError,
      verbose: options.verbose,
    });
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

type Dispatch = (options: GlobalOptions, run: Run, args: Record<string, unknown>) => Promise<void>;

function buildProgram(version: string, dispatch: Dispatch): Command {
  const program = new Command('slsctl')
    .description('Takes an AWS Lambda function through its whole life, on AWS or on this machine.')
    .version(version, '-V, --version', 'print the version')
    .option('-c, --config <file>', 'default: slsctl.yml here or in the nearest parent folder')
    .option('--stage <name>', 'overlay stages.NAME of the config; names get the suffix -NAME')
    .option('--region <region>', 'as in the AWS CLI')
    .option('--profile <name>', 'as in the AWS CLI')
    .option('--endpoint-url <url>', 'any AWS-compatible endpoint')
    .option('--local', 'the embedded local AWS: no account, no Docker, no network')
    .addOption(
      choice('-o, --output <format>', 'text, or one JSON document on stdout', ['text', 'json']).default(
        'text',
      ),
    )
    .option('--explain', 'print each AWS API call as the aws command that does the same')
    .option('--show-values', 'do not mask environment values')
    .option('-y, --yes', 'ask nothing')
    .option('-v, --verbose', 'say more when something fails')
    .option('-q, --quiet', 'no progress')
    .option('--no-color', 'no colour')
    .helpCommand('help [command]', 'help for a command')
    .addHelpText(
      'after',
      `\nStart here:\n  slsctl walkthrough\n  slsctl init hello && cd hello && slsctl deploy --local`,
    );
  configure(program);
  for (const spec of commands) add(program, spec, dispatch);
  return program;
}

function add(parent: Command, spec: CommandSpec, dispatch: Dispatch): void {
  if (spec.group) parent.commandsGroup(`${spec.group}:`);
  const command = parent.command(spec.usage).description(spec.summary);
  configure(command);
  for (const option of spec.options ?? []) {
    if (option instanceof Option) command.addOption(option);
    else command.option(...option);
  }
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

function configure(command: Command): void {
  command
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeErr: (text) => process.stderr.write(text), outputError: () => {} });
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function withEnvironment(options: GlobalOptions, env: NodeJS.ProcessEnv): GlobalOptions {
  const local = options.local ?? (env.SLSCTL_LOCAL === '1' || env.SLSCTL_LOCAL === 'true');
  if (local && options.local && options.endpointUrl) {
    throw badInput('--local and --endpoint-url exclude each other');
  }
  if (options.endpointUrl !== undefined && !/^https?:\/\/[^/]/.test(options.endpointUrl)) {
    throw badInput(
      `--endpoint-url is ${JSON.stringify(options.endpointUrl)}; allowed: a URL that starts with http:// or https://`,
    );
  }
  return { ...options, local: local && !options.endpointUrl };
}

async function makeContext(options: GlobalOptions, signal: AbortSignal): Promise<Context> {
  const { terminalUi } = await import('./ui/terminal.ts');
  return createContext({
    options,
    cwd: process.cwd(),
    env: process.env,
    ui: terminalUi({ ...options, env: process.env, signal }),
    signal,
    startLocal: async (context) => (await import('./commands/local.ts')).ensureLocal(context),
  });
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
