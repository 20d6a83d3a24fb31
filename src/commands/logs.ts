// `slsctl logs`: prints the logs of a function, once or continuously.
import { setTimeout as sleep } from 'node:timers/promises';
import type { FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import { parseDuration } from '../advise/duration.ts';
import { parseMoment } from '../advise/moment.ts';
import type { Aws } from '../aws/aws.ts';
import { selectFunction } from '../config/select.ts';
import type { Context } from '../context.ts';
import { badInput, type ExitCode, exitCodes, Interrupted } from '../errors/user-error.ts';
import { logGroupName } from '../resources/names.ts';
import type { Ui } from '../ui/ui.ts';
import { eachEvent } from '../workflow/logs/events.ts';
import { type Following, followLogs } from '../workflow/logs/follow.ts';
import { knowLiveValues } from '../workflow/variables/live-values.ts';

export type LogFormat = 'pretty' | 'raw' | 'json';

export interface LogsArgs {
  function?: string;
  since?: string;
  until?: string;
  follow?: boolean;
  late?: string;
  filter?: string;
  format?: LogFormat;
}

/** The default of `--late`, and its upper limit, in milliseconds. */
const usuallyLate = 30_000;
const mostLate = 3_600_000;
const pollEvery = 1000;

export async function logs(context: Context, args: LogsArgs): Promise<ExitCode> {
  const { ui } = context;
  ui.stream();
  const startTime = Math.floor(parseMoment(args.since ?? '10m', '--since'));
  const endTime = args.until === undefined ? undefined : Math.floor(parseMoment(args.until, '--until'));
  if (endTime !== undefined && args.follow) throw badInput('--until and --follow exclude each other');
  if (args.late !== undefined && !args.follow) throw badInput('--late goes with --follow');
  const late = args.late === undefined ? usuallyLate : parseDuration(args.late, '--late', mostLate);
  if (endTime !== undefined && endTime <= startTime) throw badInput('--until must be later than --since');
  const target = selectFunction(await context.project(), args.function);
  const group = logGroupName(target.name, target.settings);
  const [aws] = await Promise.all([context.aws(), knowLiveValues(context, target, 'every version')]);
  // Part of every line.
  if (ui.json) await context.target();
  const print = printer(ui, args.format ?? 'pretty');
  const query = { group, startTime, filterPattern: args.filter };
  if (args.follow) return follow(context, aws, { ...query, late }, print);

  let count = 0;
  const exists = await eachEvent(aws.logs, { ...query, endTime }, (event) => {
    count++;
    print(event);
  });
  if (!exists) ui.note(`there is no log group ${group} yet: the function has not run, or is not deployed`);
  else if (count === 0)
    ui.note(`nothing in ${group} since ${new Date(startTime).toISOString()}; --since 1h looks further back`);
  return exitCodes.done;
}

/** Ctrl-C is the ordinary end: resolves with its exit code. */
async function follow(
  { ui, signal }: Context,
  aws: Aws,
  following: Following,
  print: (event: FilteredLogEvent) => void,
): Promise<ExitCode> {
  let removeLine: (() => void) | undefined;
  const stopWaiting = () => {
    removeLine?.();
    removeLine = undefined;
  };
  let told = false;
  try {
    return await followLogs(aws.logs, following, {
      show(event) {
        stopWaiting();
        print(event);
      },
      async polled({ exists }) {
        if (!exists && !told)
          ui.note(`waiting for ${following.group}: it does not exist until the function has run`);
        told = !exists;
        removeLine ??= await ui.waiting(`waiting for events in ${following.group}; Ctrl-C ends this`);
      },
      pause: () => sleep(pollEvery, undefined, { signal }),
    });
  } catch (error) {
    if (signal.reason instanceof Interrupted) return signal.reason.exitCode;
    throw error;
  } finally {
    stopWaiting();
  }
}

function printer(ui: Ui, format: LogFormat): (event: FilteredLogEvent) => void {
  if (ui.json) return (event) => ui.answer(event);
  if (format === 'json') return (event) => ui.print(JSON.stringify(event));
  if (format === 'raw') return (event) => ui.print(trimmed(event));
  return (event) => {
    const time = new Date(event.timestamp ?? 0).toISOString().slice(11, 23);
    ui.print(`${ui.style.dim(time)}  ${coloured(ui, trimmed(event))}`);
  };
}

function trimmed(event: FilteredLogEvent): string {
  return (event.message ?? '').replace(/[\r\n\t ]+$/, '');
}

function coloured({ style }: Ui, message: string): string {
  if (/^(INIT_START|START|END|REPORT) /.test(message)) return style.dim(message);
  if (/\[ERROR\]|\tERROR\t|Task timed out|Runtime\.ExitError/.test(message)) return style.red(message);
  if (/\[WARNING\]|\tWARN\t/.test(message)) return style.yellow(message);
  return message;
}
