// `slsctl alias set`: writes an alias to slsctl.yml and to AWS.
import { parsePercent } from '../../advise/percent.ts';
import { functionPath } from '../../config/edit.ts';
import type { FunctionConfig, Project } from '../../config/project.ts';
import { selectFunction } from '../../config/select.ts';
import type { Context } from '../../context.ts';
import { badInput, exitCodes, UserError } from '../../errors/user-error.ts';
import { readVersions } from '../../resources/function/version-list.ts';
import { aliasScope } from '../../resources/scope.ts';
import { changeConfig } from '../../workflow/change-config.ts';
import { functionAndName } from '../../workflow/function-and-name.ts';
import { stillInherited } from '../../workflow/inherited.ts';
import { noteMoves } from '../../workflow/traffic-places.ts';

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
  const place = [...functionPath(target.key, project.overlay), 'aliases', name];
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
  // Removing the last field would remove the alias's entry as well; {} keeps it.
  const remaining = Object.keys(declared ?? {}).filter(
    (field) => !edits.some(({ path, value }) => path.at(-1) === field && value === undefined),
  );
  if (declared && remaining.length === 0 && edits.every(({ value }) => value === undefined)) {
    edits.push({ path: place, value: {} });
  }
  let after = target;
  const exitCode = await changeConfig(context, {
    target,
    edits,
    done: `set alias ${name}`,
    check: async (edited) => {
      refuseStillKept(edited, target, name, args.follow);
      after = selectFunction(edited, target.key);
      const { version, routingConfig } = after.attachments?.aliases?.[name] ?? {};
      const weighted = Object.keys(routingConfig?.additionalVersionWeights ?? {});
      await refuseMissing(context, target.name, [String(version ?? ''), ...weighted]);
    },
    scope: aliasScope(name),
    data: { alias: name },
  });
  if (exitCode === exitCodes.done) noteMoves(context, target, after);
  return exitCode;
}

function refuseStillKept(project: Project, target: FunctionConfig, name: string, follow?: boolean): void {
  const version = selectFunction(project, target.key).attachments?.aliases?.[name]?.version;
  if (!follow || version === undefined) return;
  throw stillInherited(`alias ${name} would still be kept at version ${version}`, target, project);
}

/** Called before the file is written. Versions of a function that is not deployed cannot be checked. */
async function refuseMissing(context: Context, name: string, wanted: readonly string[]): Promise<void> {
  const numbers = wanted.filter((version) => /^\d+$/.test(version));
  if (numbers.length === 0) return;
  const aws = await context.aws();
  const all = await readVersions(aws, name);
  const missing = numbers.find((number) => all && !all.versions.some(({ Version }) => Version === number));
  if (missing === undefined) return;
  throw new UserError(`version ${missing} of ${name} does not exist; nothing was changed`, exitCodes.failed, {
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
