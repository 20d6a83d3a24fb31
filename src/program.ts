// The whole program: runs a command line in a host and returns the exit code.
import { CommanderError } from 'commander';
import { checkedEndpoint } from './aws/endpoint.ts';
import { parse, usageError } from './cli/parser.ts';
import { type Context, createContext, type GlobalOptions } from './context.ts';
import { badInput, exitCodes, Interrupted } from './errors/user-error.ts';
import type { Host, Signals } from './host.ts';
import { Secrets } from './secrets/secrets.ts';
import { abortOnSignals } from './ui/interrupt.ts';
import { SeenEnough, watchReaders } from './ui/readers.ts';
import { yesOrNo } from './yes-or-no.ts';

/**
 * Parses and runs one command line (without node and script), and reports its errors. Resolves with the exit code and
 * never rejects. It reads its host only and changes nothing in the process: several calls can run at the same time.
 */
export async function runProgram(args: string[], host: Host): Promise<number> {
  const abort = new AbortController();
  const listenNoLonger = abortOnSignals(abort, host);
  const secrets = new Secrets(host.env);
  let context: Context | undefined;
  const readers = watchReaders(host, () => {
    if (context?.ui.streaming) abort.abort(new SeenEnough());
  });

  let exitCode: number = exitCodes.done;
  let options: GlobalOptions = { output: wantsJson(args) ? 'json' : 'text' };
  try {
    await parse(args, host, async (given, run, commandArgs) => {
      options = withEnvironment(given, host.env);
      secrets.shown = options.showValues ?? false;
      context = await makeContext(options, host, { signal: abort.signal, secrets });
      exitCode = (await run(context, commandArgs)) ?? exitCodes.done;
      await context.targetTold();
      context.ui.finish();
      if (exitCode !== exitCodes.done) return;
      await context.ended();
      await readers.written();
    });
    return exitCode;
  } catch (thrown) {
    if (abort.signal.reason instanceof SeenEnough) return exitCodes.done;
    let error = thrown;
    // Help was shown: the user asked for it, or named no command.
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
    const failure = error instanceof CommanderError ? usageError(error, args) : error;
    const ui = context?.ui ?? (await terminalUi(options, host, { signal: abort.signal, secrets }));
    const cut = abort.signal.aborted && !(failure instanceof Interrupted);
    const failed = reportError(ui, cut ? abort.signal.reason : failure, {
      describe: describeError,
      verbose: options.verbose,
    });
    await context?.targetTold();
    ui.finish();
    return failed;
  } finally {
    context?.close();
    listenNoLonger();
    await readers.leave();
  }
}

function withEnvironment(options: GlobalOptions, env: NodeJS.ProcessEnv): GlobalOptions {
  const localByEnv = yesOrNo(env, 'SLSCTL_LOCAL') ?? false;
  const local = options.local ?? localByEnv;
  if (local && options.local && options.endpointUrl) {
    throw badInput('--local and --endpoint-url exclude each other');
  }
  if (options.endpointUrl !== undefined) checkedEndpoint(options.endpointUrl, '--endpoint-url');
  return { ...options, local: local && !options.endpointUrl };
}

async function makeContext(
  options: GlobalOptions,
  host: Host,
  run: { signal: AbortSignal; secrets: Secrets },
): Promise<Context> {
  const { terminalUi } = await import('./ui/terminal.ts');
  const { cwd, env, stdin } = host;
  return createContext({
    options,
    ...{ cwd, env, stdin, ...run },
    ui: await terminalUi(options, host, run),
    startLocal: async (context) => (await import('./workflow/local-server.ts')).ensureLocal(context),
    async slsctl(args, place) {
      const { capturedHost } = await import('./captured-host.ts');
      const within = capturedHost({ ...place, signals: onlyCtrlC(host), exit: (code) => host.exit?.(code) });
      const exitCode = await runProgram(args, within);
      return { exitCode, stdout: within.stdout.text, stderr: within.stderr.text };
    },
  });
}

/** For a command line inside another one: only Ctrl-C reaches both. Other signals end the outer one, after the inner one. */
function onlyCtrlC({ signals }: Host): Signals {
  const pass = (change: 'on' | 'off') => (signal: string, listener: () => void) =>
    signal === 'SIGINT' && signals[change](signal, listener);
  return { on: pass('on'), off: pass('off') };
}

/** Looked up before parsing, because a parse error must be a JSON document too. */
function wantsJson(args: string[]): boolean {
  return args.some(
    (arg, index) =>
      arg === '--output=json' ||
      arg === '-ojson' ||
      (arg === 'json' && /^(-o|--output)$/.test(args[index - 1] ?? '')),
  );
}
