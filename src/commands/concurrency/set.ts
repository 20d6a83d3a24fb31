// `slsctl concurrency set`: writes reserved or provisioned concurrency to slsctl.yml and to AWS.
import { functionPath } from '../../config/edit.ts';
import { selectFunction } from '../../config/select.ts';
import type { Context } from '../../context.ts';
import { badInput, UserError } from '../../errors/user-error.ts';
import { refuseTooMuch } from '../../resources/attachments/concurrency.ts';
import { aliasScope, concurrencyScope } from '../../resources/scope.ts';
import { changeConfig } from '../../workflow/change-config.ts';

export interface ConcurrencySetArgs {
  function?: string;
  reserved?: string;
  provisioned?: string;
  alias?: string;
}

export async function concurrencySet(context: Context, args: ConcurrencySetArgs): Promise<number> {
  const project = await context.project();
  const target = selectFunction(project, args.function);
  const { reserved, provisioned, alias } = args;
  if ((reserved === undefined) === (provisioned === undefined)) {
    throw badInput(
      reserved === undefined ? 'nothing to set' : '--reserved and --provisioned are set one at a time',
      { next: 'give --reserved N|none, or --provisioned N|none with --alias NAME' },
    );
  }
  const place = functionPath(target.key, project.overlay);
  if (reserved !== undefined) {
    if (alias !== undefined) throw badInput('--alias belongs to --provisioned');
    const value = countOf(reserved, '--reserved', 0);
    return changeConfig(context, {
      target,
      edits: [{ path: [...place, 'reservedConcurrentExecutions'], value }],
      done: `set reserved concurrency ${reserved}`,
      check: () => refuseImpossible(context, target.name, value ?? 0),
      scope: concurrencyScope,
      data: { reserved: value },
    });
  }
  const value = countOf(provisioned ?? '', '--provisioned', 1);
  const declared = Object.entries(target.attachments?.aliases ?? {}).filter(([, one]) => one);
  const name = alias ?? (declared.length === 1 ? declared[0]?.[0] : undefined);
  if (name === undefined) {
    throw badInput('provisioned concurrency is kept for an alias: which one?', {
      next:
        declared.length > 0
          ? `pass --alias, one of: ${declared.map(([alias]) => alias).join(', ')}`
          : [{ command: `alias set ${target.key} live` }, ', then run this again'],
    });
  }
  if (!declared.some(([alias]) => alias === name)) {
    throw badInput(`function ${target.key} declares no alias ${name}`, {
      next: [{ command: `alias set ${target.key} ${name}` }, ', then run this again'],
    });
  }
  return changeConfig(context, {
    target,
    edits: [{ path: [...place, 'aliases', name, 'provisionedConcurrentExecutions'], value }],
    done: `set provisioned concurrency ${provisioned} of alias ${name}`,
    scope: aliasScope(name),
    data: { alias: name, provisioned: value },
  });
}

/** Called before the file is written. If the account's limits cannot be read, AWS decides. */
async function refuseImpossible(context: Context, name: string, wanted: number): Promise<void> {
  if (wanted === 0) return;
  const aws = await context.aws();
  await refuseTooMuch(aws, name, wanted).catch((error) => {
    if (error instanceof UserError || context.signal.aborted) throw error;
  });
}

/** The number, or null for `none`. */
function countOf(text: string, field: string, min: number): number | null {
  if (text === 'none') return null;
  if (/^\d{1,6}$/.test(text) && Number(text) >= min && Number(text) <= 100_000) return Number(text);
  throw badInput(`${field} is ${JSON.stringify(text)}; allowed: ${min} to 100000, or none`);
}
