// `slsctl alias`: names for versions, in slsctl.yml and on AWS together.
import type { AliasConfiguration } from '@aws-sdk/client-lambda';
import { parsePercent, percent } from '../advise/percent.ts';
import { functionPath } from '../config/edit.ts';
import type { FunctionConfig, Project } from '../config/project.ts';
import { selectFunction } from '../config/select.ts';
import type { Context } from '../context.ts';
import { badInput, exitCodes, UserError } from '../errors/user-error.ts';
import { parseDescription } from '../resources/alias/record.ts';
import { isDropped } from '../resources/alias/undeclared.ts';
import { readVersions } from '../resources/function/version-list.ts';
import { aliasScope } from '../resources/scope.ts';
import { columns } from '../ui/table.ts';
import { changeConfig } from '../workflow/change-config.ts';
import { functionAndName } from '../workflow/function-and-name.ts';
import { stillInherited } from '../workflow/inherited.ts';
import { notDeployed } from '../workflow/own-function.ts';

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
    .filter(([name, config]) => config && !live.some((one) => one.name === name))
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
  return isDropped(alias, target) ? 'dropped, goes with the next deploy' : 'live only';
}

function how(version: string | number | undefined): string {
  return version === undefined ? 'follows deployments' : `kept at ${version}`;
}

function served(version: string | undefined, weights: Record<string, number>): string {
  const parts = Object.entries(weights).map(([other, weight]) => `, ${other} for ${percent(weight)}`);
  return `${version}${parts.join('')}`;
}

export interface AliasSetArgs {
  words: string[];
  to?: string;
  follow?: boolean;
  weight?: string;
  description?: string;
}

export async function aliasSet(context: Context, args: AliasSetArgs): Promise<number> {
  const project = await context.project();
  const { target, name } = functionAndName(project, args.words, 'alias');
  if (args.to !== undefined && args.follow) throw badInput('--to and --follow exclude each other');
  const place = [...functionPath(target.key, project.stage), 'aliases', name];
  const declared = target.attachments?.aliases?.[name];
  const edits: { path: string[]; value: unknown }[] = [];
  if (!declared) edits.push({ path: place, value: {} });
  if (args.to !== undefined) edits.push({ path: [...place, 'version'], value: versionOf(args.to) });
  if (args.follow && declared?.version !== undefined) {
    edits.push({ path: [...place, 'version'], value: undefined });
    edits.push({ path: [...place, 'routingConfig'], value: undefined });
  }
  const kept = args.to ?? (args.follow ? undefined : declared?.version);
  const weights = args.weight === undefined ? undefined : weightOf(args.weight);
  if (weights && kept === undefined) {
    throw badInput('--weight needs a version that gets the other requests', {
      reason: `alias ${name} follows the deployments`,
      next: [
        'give --to VERSION as well; for the next deployment alone there is ',
        { command: 'deploy --canary 10%' },
      ],
    });
  }
  if (weights !== undefined) {
    edits.push({ path: [...place, 'routingConfig'], value: weights });
  }
  if (args.description !== undefined) {
    edits.push({ path: [...place, 'description'], value: args.description });
  }
  if (declared && edits.length === 0 && !args.follow) {
    throw badInput(`nothing to set: alias ${name} is declared already`, {
      next: 'give --to VERSION, --follow, --weight VERSION=PERCENT or --description TEXT',
    });
  }
  // Emptying the map of an alias would take the alias away; {} keeps it.
  const left = Object.keys(declared ?? {}).filter(
    (field) => !edits.some(({ path, value }) => path.at(-1) === field && value === undefined),
  );
  if (declared && left.length === 0 && edits.every(({ value }) => value === undefined)) {
    edits.push({ path: place, value: {} });
  }
  return changeConfig(context, {
    target,
    edits,
    done: `set alias ${name}`,
    check: async (edited) => {
      refuseStillKept(edited, target, name, args.follow);
      const { version, routingConfig } =
        selectFunction(edited, target.key).attachments?.aliases?.[name] ?? {};
      const weighted = Object.keys(routingConfig?.additionalVersionWeights ?? {});
      await refuseMissing(context, target.name, [String(version ?? ''), ...weighted]);
    },
    scope: aliasScope(name),
    data: { alias: name },
  });
}

function refuseStillKept(project: Project, target: FunctionConfig, name: string, follow?: boolean): void {
  const version = selectFunction(project, target.key).attachments?.aliases?.[name]?.version;
  if (!follow || version === undefined) return;
  throw stillInherited(`alias ${name} would still be kept at version ${version}`, target, project);
}

/** Before the file is written. Of a function that is not deployed nothing is known. */
async function refuseMissing(context: Context, name: string, wanted: readonly string[]): Promise<void> {
  const numbers = wanted.filter((version) => /^\d+$/.test(version));
  if (numbers.length === 0) return;
  const aws = await context.aws();
  const all = await readVersions(aws, name);
  const missing = numbers.find((one) => all && !all.versions.some(({ Version }) => Version === one));
  if (missing === undefined) return;
  throw new UserError(`version ${missing} of ${name} is not there; nothing was changed`, exitCodes.failed, {
    next: { command: `versions ${name}` },
  });
}

function versionOf(text: string): string {
  if (/^[1-9]\d{0,9}$/.test(text) || text === '$LATEST') return text;
  throw badInput(`--to is ${JSON.stringify(text)}; allowed: the number of a version, or $LATEST`);
}

function weightOf(text: string): unknown {
  if (text === 'none') return null;
  const [version = '', part, ...rest] = text.split('=');
  if (/^[1-9]\d{0,9}$/.test(version) && part !== undefined && rest.length === 0) {
    return { additionalVersionWeights: { [version]: parsePercent(part, '--weight') } };
  }
  throw badInput(`--weight is ${JSON.stringify(text)}; allowed: VERSION=PERCENT, like 4=10%, or none`);
}

export async function aliasDelete(context: Context, { words }: { words: string[] }): Promise<number> {
  const { ui, options } = context;
  const project = await context.project();
  const { target, name } = functionAndName(project, words, 'alias');
  if (!/^[a-zA-Z0-9-_]{1,128}$/.test(name)) {
    throw badInput(`${JSON.stringify(name)} is not the name of an alias`);
  }
  const question = `Delete alias ${name} of ${target.name}? Requests to it will fail.`;
  if (!options.yes && !(await ui.confirm(question))) {
    ui.note('nothing was deleted');
    return exitCodes.failed;
  }
  return changeConfig(context, {
    target,
    edits: [{ path: [...functionPath(target.key, project.stage), 'aliases', name], value: undefined }],
    done: `removed alias ${name}`,
    needless: (file) => `there is no alias ${name}, neither in ${file} nor on ${target.name}`,
    check: (edited) => {
      if (!selectFunction(edited, target.key).attachments?.aliases?.[name]) return;
      throw stillInherited(`alias ${name} would still be declared`, target, edited, [
        `write aliases: { ${name}: null } for this function, then run `,
        { command: 'deploy' },
      ]);
    },
    scope: aliasScope(name),
    data: { alias: name },
  });
}
