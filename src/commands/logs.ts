// `slsctl logs`: prints the logs of a function, once or continuously.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type FilteredLogEvent,
  paginateFilterLogEvents,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { parseMoment } from '../advise/moment.ts';
import type { Aws } from '../aws/aws.ts';
import { selectFunction } from '../config/select.ts';
import type { Context } from '../context.ts';
import { badInput } from '../errors/user-error.ts';
import { logGroupName } from '../resources/names.ts';
import type { Ui } from '../ui/ui.ts';

export type LogFormat = 'pretty' | 'raw' | 'json';

export interface LogsArgs {
  function?: string;
  since?: string;
  until?: string;
  follow?: boolean;
  filter?: string;
  format?: LogFormat;
}

/** Events may become readable late and out of order: each poll reads this many milliseconds again. */
const overlap = 15_000;
const pollEvery = 1000;

export async function logs(context: Context, args: LogsArgs): Promise<void> {
  const { ui } = context;
  ui.stream();
  const startTime = Math.floor(parseMoment(args.since ?? '10m', '--since'));
  const endTime = args.until === undefined ? undefined : Math.floor(parseMoment(args.until, '--until'));
  if (endTime !== undefined && args.follow) throw badInput('--until and --follow exclude each other');
  if (endTime !== undefined && endTime <= startTime) throw badInput('--until must be later than --since');
  const target = selectFunction(await context.project(), args.function);
  const group = logGroupName(target.name, target.settings);
  const aws = await context.aws();
  // Part of every line.
  if (ui.json) await context.target();
  const print = printer(ui, args.format ?? 'pretty');
  const query = { group, endTime, filterPattern: args.filter };

  if (args.follow) return follow(context, aws, { ...query, startTime }, print);
  let count = 0;
  const exists = await eachEvent(aws, { ...query, startTime }, (event) => {
    count++;
    print(event);
  });
  if (!exists) ui.note(`there is no log group ${group} yet: the function has not run, or is not deployed`);
  else if (count === 0)
    ui.note(`nothing in ${group} since ${new Date(startTime).toISOString()}; --since 1h looks further back`);
}

interface Query {
  group: string;
  startTime: number;
  endTime?: number;
  filterPattern?: string;
}

/** Calls `each` for every event, oldest first within a page; resolves with false when the log group does not exist. */
async function eachEvent(aws: Aws, query: Query, each: (event: FilteredLogEvent) => void): Promise<boolean> {
  const pages = paginateFilterLogEvents(
    { client: aws.logs },
    {
      logGroupName: query.group,
      startTime: query.startTime,
      endTime: query.endTime,
      filterPattern: query.filterPattern,
    },
  );
  try {
    for await (const page of pages) {
      const events = (page.events ?? []).toSorted((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0));
      for (const event of events) each(event);
    }
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}

async function follow(
  context: Context,
  aws: Aws,
  query: Query,
  print: (event: FilteredLogEvent) => void,
): Promise<void> {
  const seen = new Map<string, number>();
  let newest = query.startTime;
  let waiting = false;
  for (;;) {
    const from = Math.max(query.startTime, newest - overlap);
    const exists = await eachEvent(aws, { ...query, startTime: from }, (event) => {
      const id = event.eventId ?? `${event.logStreamName} ${event.timestamp} ${event.message}`;
      const timestamp = event.timestamp ?? 0;
      if (seen.has(id)) return;
      seen.set(id, timestamp);
      newest = Math.max(newest, timestamp);
      print(event);
    });
    if (!exists && !waiting)
      context.ui.note(`waiting for ${query.group}: it does not exist until the function has run`);
    waiting = !exists;
    for (const [id, timestamp] of seen) if (timestamp < newest - overlap) seen.delete(id);
    await sleep(pollEvery, undefined, { signal: context.signal });
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
