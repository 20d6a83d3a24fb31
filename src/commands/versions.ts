// `slsctl versions`: lists the versions of a function and their aliases, publishes a version, deletes old ones.
import { PublishVersionCommand } from '@aws-sdk/client-lambda';
import { percent } from '../advise/percent.ts';
import type { Aws } from '../aws/aws.ts';
import { selectFunction } from '../config/select.ts';
import type { Context } from '../context.ts';
import { originText } from '../engine/elsewhere.ts';
import { badInput, type ExitCode, exitCodes } from '../errors/user-error.ts';
import { number } from '../present/removal-list.ts';
import {
  deleteVersion,
  readVersions,
  servedBy,
  unusedVersions,
  type Versions,
} from '../resources/function/version-list.ts';
import { usable } from '../resources/function/versions.ts';
import { bytes, columns, minute } from '../ui/table.ts';
import { notDeployed, ownFunction } from '../workflow/own-function.ts';
import { checkConfirmed, nameOf } from '../workflow/owners/confirm-name.ts';
import { confirmed, refuseWithoutTerminal } from '../workflow/with-target.ts';

export interface VersionsArgs {
  function?: string;
  publish?: boolean;
  description?: string;
  prune?: string;
}

export async function versions(context: Context, args: VersionsArgs): Promise<ExitCode | undefined> {
  const { publish, prune, description } = args;
  const project = await context.project();
  const { name, key } = selectFunction(project, args.function);
  checkConfirmed(context, [nameOf(project)]);
  if (publish && prune !== undefined) throw badInput('--publish and --prune exclude each other');
  if (description !== undefined && !publish) throw badInput('--description belongs to --publish');
  if (description !== undefined && description.length > 256) {
    throw badInput(`--description has ${description.length} characters; allowed: at most 256`);
  }
  const keep = prune === undefined ? undefined : wholeNumber(prune);
  const aws = await context.aws();
  if (publish) return publishVersion(context, aws, key, description);
  if (keep !== undefined) return pruneVersions(context, aws, key, keep);
  const all = await readVersions(aws, name);
  if (!all) throw notDeployed(name);
  show(context, name, all);
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw badInput(`--prune is ${JSON.stringify(text)}; allowed: how many of the newest to keep, 1 to 9999`);
}

function show({ ui }: Context, name: string, all: Versions): void {
  const [latest, ...published] = all.versions;
  const rows = [latest, ...published.reverse()].map((version) => ({
    version: version?.Version,
    published: version?.LastModified,
    codeSha256: version?.CodeSha256,
    codeSize: version?.CodeSize,
    description: version?.Description ?? '',
    aliases: servedBy(all, version?.Version),
  }));
  ui.answer({ function: name, versions: rows });
  const { dim, bold, cyan } = ui.style;
  ui.print(
    columns([
      ['VERSION', 'PUBLISHED', 'CODE', 'SIZE', 'ALIASES', 'DESCRIPTION'].map((title) => dim(title)),
      ...rows.map((row) => [
        bold(row.version ?? ''),
        row.version === '$LATEST' ? 'not published' : minute(row.published),
        (row.codeSha256 ?? '').slice(0, 12),
        bytes(row.codeSize ?? 0),
        cyan(
          row.aliases
            .map(({ alias, weight }) => (weight === 1 ? alias : `${alias} ${percent(weight)}`))
            .join(', '),
        ),
        row.description,
      ]),
    ]),
  );
}

async function publishVersion(
  context: Context,
  aws: Aws,
  key: string,
  Description: string | undefined,
): Promise<undefined> {
  const { ui } = context;
  const { name: FunctionName, configuration } = await ownFunction(context, key);
  const { CodeSha256, RevisionId } = configuration;
  const published = await ui.step(`publish a version of ${FunctionName}`, async (report) => {
    const before = new Set((await readVersions(aws, FunctionName))?.versions.map(({ Version }) => Version));
    const { Version = '' } = await aws.lambda.send(
      new PublishVersionCommand({ FunctionName, CodeSha256, RevisionId, Description }),
    );
    await usable(aws, FunctionName, Version, report);
    return { version: Version, made: !before.has(Version) };
  });
  ui.answer({ function: FunctionName, ...published });
  const { version, made } = published;
  ui.print(
    made ? `published version ${version}` : `${FunctionName} has not changed since version ${version}`,
  );
}

async function pruneVersions(context: Context, aws: Aws, key: string, keep: number): Promise<ExitCode> {
  const { ui } = context;
  await refuseWithoutTerminal(context);
  const { name, elsewhere } = await ownFunction(context, key);
  const all = (await readVersions(aws, name)) as Versions;
  const unused = unusedVersions(all, keep).map(({ Version = '' }) => Version);
  const answer = { function: name, deleted: [] as string[] };
  if (unused.length === 0) {
    ui.answer(answer);
    ui.print(
      `${name} has no version to delete: the newest ${keep} stay, and the versions that aliases serve or can roll back to`,
    );
    return exitCodes.done;
  }
  const resources = [`versions ${unused.join(', ')} of function ${name}`];
  const guarded = elsewhere?.config
    ? [{ name: nameOf(await context.project()), origin: originText(elsewhere.config), resources }]
    : [];
  const question = (account: string) =>
    `Delete ${number(unused.length, 'version')} of ${name}, in ${account}: ${unused.join(', ')}?`;
  if (!(await confirmed(context, question, guarded))) {
    ui.note('nothing was deleted');
    return exitCodes.failed;
  }
  await ui.step(`delete ${unused.length} versions of ${name}`, async (report) => {
    for (const version of unused) {
      report(`version ${version}`);
      await deleteVersion(aws, name, version);
      answer.deleted.push(version);
    }
  });
  ui.answer(answer);
  ui.print(`deleted ${unused.length === 1 ? 'version' : 'versions'} ${unused.join(', ')}`);
  ui.next({ command: `versions ${key}` });
  return exitCodes.done;
}
