// `slsctl local fault …`: sets, lists and clears faults of the local AWS.
import { parseDuration } from '../../advise/duration.ts';
import { parsePercent, percent } from '../../advise/percent.ts';
import type { Context } from '../../context.ts';
import { badInput, exitCodes, UserError } from '../../errors/user-error.ts';
import { columns } from '../../ui/table.ts';
import { addFault, clearFaults, type Fault, listFaults } from '../../workflow/local-faults.ts';
import { ensureLocal, type LocalServer, runningLocal, slsctlHome } from '../../workflow/local-server.ts';

const longestDelay = 15 * 60_000;

interface AddArgs {
  kind: string;
  operation?: string;
  nth?: string;
  share?: string;
  seed?: string;
  count?: string;
  delay?: string;
}

export async function faultAdd(context: Context, args: AddArgs): Promise<void> {
  const { ui } = context;
  const settings = {
    kind: args.kind,
    operation: args.operation ?? '*',
    nth: whole('--nth', args.nth),
    share: args.share === undefined ? undefined : parsePercent(args.share, '--share', { ends: true }),
    seed: whole('--seed', args.seed),
    count: whole('--count', args.count),
    delay: args.delay === undefined ? undefined : parseDuration(args.delay, '--delay', longestDelay),
  };
  const fault = await addFault(await ensureLocal(context), settings);
  ui.print(`fault ${fault.id}: ${described(fault)}`);
  ui.answer({ fault });
  ui.next('slsctl local fault clear removes all faults');
}

export async function faultList(context: Context): Promise<number> {
  const server = await running(context);
  const faults = await listFaults(server);
  const { ui } = context;
  const rows = faults.map((fault) => [String(fault.id), described(fault), counted(fault)]);
  ui.print(faults.length > 0 ? columns(rows) : 'no faults are set');
  ui.answer({ faults });
  return exitCodes.done;
}

export async function faultClear(context: Context, { id }: { id?: string }): Promise<void> {
  const cleared = await clearFaults(await running(context), id);
  context.ui.print(
    id === undefined ? `removed ${cleared} fault${cleared === 1 ? '' : 's'}` : `removed fault ${id}`,
  );
  context.ui.answer({ cleared });
}

async function running(context: Context): Promise<LocalServer> {
  const server = await runningLocal(slsctlHome(context));
  if (server) return server;
  throw new UserError('the local AWS is not running', exitCodes.failed, { next: 'slsctl local start' });
}

function whole(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw badInput(`${flag} is ${JSON.stringify(text)}; allowed: a whole number`);
}

/** `throttle on iam:*, request 3` */
function described({ kind, operation, nth, share, seed, count, delay }: Fault): string {
  const what =
    delay === undefined ? kind : `${kind} by ${delay < 1000 ? `${delay} ms` : `${delay / 1000} s`}`;
  const places: Record<string, string> = { '*': 'every request', writes: 'every write' };
  const which = [
    ...(nth === undefined ? [] : [`request ${nth} only`]),
    ...(share === undefined ? [] : [`${percent(share)} of the requests, seed ${seed ?? 1}`]),
    ...(count === undefined ? [] : [`${count} time${count === 1 ? '' : 's'}`]),
  ];
  return [`${what} on ${places[operation] ?? operation}`, ...which].join(', ');
}

function counted({ matched, met }: Fault): string {
  return `${met} of ${matched} request${matched === 1 ? '' : 's'} met`;
}
