// `slsctl concurrency show`: shows reserved and provisioned concurrency, and the limit of the account.
import { GetAccountSettingsCommand, GetFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { selectFunction } from '../../config/select.ts';
import type { Context } from '../../context.ts';
import { absent } from '../../resources/absent.ts';
import { aliasesOf } from '../../resources/alias/list.ts';
import { readProvisioned } from '../../resources/alias/provisioned.ts';
import { columns } from '../../ui/table.ts';
import { notDeployed } from '../../workflow/own-function.ts';

export async function concurrencyShow(context: Context, args: { function?: string }): Promise<void> {
  const { ui } = context;
  const { name, attachments } = selectFunction(await context.project(), args.function);
  const aws = await context.aws();
  const [reserved, account, provisioned] = await Promise.all([
    absent(() => aws.lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: name }))),
    aws.lambda.send(new GetAccountSettingsCommand({})),
    aliasesOf(aws, name).then((aliases) =>
      Promise.all(
        aliases.map(async ({ Name = '', FunctionVersion }) => ({
          alias: Name,
          version: FunctionVersion,
          provisioned: await readProvisioned(aws, name, Name),
        })),
      ),
    ),
  ]);
  if (!reserved) throw notDeployed(name);
  const { ConcurrentExecutions, UnreservedConcurrentExecutions } = account.AccountLimit ?? {};
  const ready = provisioned.flatMap(({ provisioned: state, ...alias }) =>
    state ? [{ ...alias, ...state }] : [],
  );
  ui.answer({
    function: name,
    reserved: reserved.ReservedConcurrentExecutions ?? null,
    provisioned: ready,
    account: { limit: ConcurrentExecutions, unreserved: UnreservedConcurrentExecutions },
    declared: { reserved: attachments?.reservedConcurrentExecutions },
  });
  const { dim, bold, green, yellow, red } = ui.style;
  const paint: Record<string, (text: string) => string> = { READY: green, FAILED: red };
  const limit = reserved.ReservedConcurrentExecutions;
  ui.print(
    columns([
      [dim('function'), bold(name)],
      [
        dim('reserved'),
        limit === undefined ? "none: it uses the account's unreserved concurrency" : `${limit}, at most`,
      ],
      ...ready.map((entry) => [
        dim('provisioned'),
        `${entry.alias} (version ${entry.version}): ${entry.available} of ${entry.requested} ready, ` +
          `${(paint[entry.status] ?? yellow)(entry.status)}${entry.reason ? `: ${entry.reason}` : ''}`,
      ]),
      ...(ready.length === 0 ? [[dim('provisioned'), 'none']] : []),
      [dim('account'), `${ConcurrentExecutions}, ${UnreservedConcurrentExecutions} of them unreserved`],
    ]),
  );
}
