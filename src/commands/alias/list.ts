// `slsctl alias list`: lists the aliases of a function, declared and live.
import type { AliasConfiguration } from '@aws-sdk/client-lambda';
import { percent } from '../../advise/percent.ts';
import type { FunctionConfig } from '../../config/project.ts';
import { selectFunction } from '../../config/select.ts';
import type { Context } from '../../context.ts';
import { parseDescription } from '../../resources/alias/record.ts';
import { isLeftBehind } from '../../resources/attachments/aliases.ts';
import { readVersions } from '../../resources/function/version-list.ts';
import { columns } from '../../ui/table.ts';
import { notDeployed } from '../../workflow/own-function.ts';

export async function aliasList(context: Context, args: { function?: string }): Promise<void> {
  const { ui } = context;
  const target = selectFunction(await context.project(), args.function);
  const aws = await context.aws();
  const all = await readVersions(aws, target.name);
  if (!all) throw notDeployed(target.name);
  const declared = target.attachments?.aliases ?? {};
  const live = all.aliases.map((alias) => {
    const { Name = '', FunctionVersion, RoutingConfig, Description } = alias;
    const { text, record } = parseDescription(Description);
    const config = declared[Name];
    return {
      name: Name,
      live: true,
      version: FunctionVersion,
      weights: RoutingConfig?.AdditionalVersionWeights ?? {},
      before: record?.current === FunctionVersion ? record?.before : undefined,
      config: config ? how(config.version) : notDeclared(alias, target),
      description: text,
    };
  });
  const missing = Object.entries(declared)
    .filter(([name, config]) => config && !live.some((alias) => alias.name === name))
    .map(([name, config]) => ({
      name,
      live: false,
      version: config?.version === undefined ? undefined : String(config.version),
      weights: {},
      before: undefined,
      config: how(config?.version),
      description: config?.description ?? '',
    }));
  const rows = [...live, ...missing];
  ui.answer({ function: target.name, aliases: rows });
  if (rows.length === 0) {
    ui.print(`${target.name} has no aliases`);
    ui.next({ command: `alias set ${target.key} live` });
    return;
  }
  const { dim, bold, yellow } = ui.style;
  ui.print(
    columns([
      ['ALIAS', 'VERSION', 'RAN BEFORE', 'CONFIG', 'DESCRIPTION'].map((title) => dim(title)),
      ...rows.map((row) => [
        bold(row.name),
        row.live ? served(row.version, row.weights) : yellow('not deployed'),
        row.before?.join(', ') ?? '',
        row.config === 'live only' || row.config.startsWith('dropped') ? yellow(row.config) : row.config,
        row.description,
      ]),
    ]),
  );
  if (missing.length > 0) ui.next({ command: 'deploy' });
}

function notDeclared(alias: AliasConfiguration, target: FunctionConfig): string {
  const { aliases } = target.attachments ?? {};
  if (aliases === null || aliases?.[alias.Name ?? ''] === null) return 'to be removed';
  return isLeftBehind(alias, aliases) ? 'dropped, the next deploy removes it' : 'live only';
}

function how(version: string | number | undefined): string {
  return version === undefined ? 'follows deployments' : `kept at ${version}`;
}

function served(version: string | undefined, weights: Record<string, number>): string {
  const parts = Object.entries(weights).map(([other, weight]) => `, ${other} for ${percent(weight)}`);
  return `${version}${parts.join('')}`;
}
