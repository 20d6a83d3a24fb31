// All versions of a function with the aliases that point to them, and the unused versions.
import {
  type AliasConfiguration,
  DeleteFunctionCommand,
  type FunctionConfiguration,
  paginateListVersionsByFunction,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { allItems } from '../../aws/pages.ts';
import { absent } from '../absent.ts';
import { aliasesOf } from '../alias/list.ts';
import { parseDescription } from '../alias/record.ts';

export interface Versions {
  /** `$LATEST` first, then by number, the oldest first. */
  readonly versions: FunctionConfiguration[];
  readonly aliases: AliasConfiguration[];
}

/** undefined: the function does not exist. */
export async function readVersions(aws: Aws, FunctionName: string): Promise<Versions | undefined> {
  const [versions, aliases] = await Promise.all([
    absent(() =>
      allItems(
        paginateListVersionsByFunction({ client: aws.lambda }, { FunctionName }),
        ({ Versions }) => Versions,
      ),
    ),
    aliasesOf(aws, FunctionName),
  ]);
  return versions && { versions, aliases };
}

/** The aliases that send requests to a version, each with its share (1: all). */
export function servedBy(
  { aliases }: Versions,
  version: string | undefined,
): { alias: string; weight: number }[] {
  return aliases.flatMap(({ Name = '', FunctionVersion, RoutingConfig }) => {
    const weights = Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {});
    const others = weights.reduce((sum, [, weight]) => sum + weight, 0);
    const additional = weights.find(([one]) => one === version)?.[1];
    const weight = FunctionVersion === version ? 1 - others : additional;
    return weight === undefined ? [] : [{ alias: Name, weight }];
  });
}

/** All versions except the newest `keep`, the targets of aliases, and the versions that a rollback may need. */
export function unusedVersions(all: Versions, keep: number): FunctionConfiguration[] {
  const needed = new Set(
    all.aliases.flatMap(({ FunctionVersion, RoutingConfig, Description }) => [
      FunctionVersion,
      ...Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {}),
      ...(parseDescription(Description).record?.before ?? []),
    ]),
  );
  const numbered = all.versions.filter(({ Version }) => Version !== '$LATEST');
  const newestFirst = numbered.sort((a, b) => Number(b.Version) - Number(a.Version));
  return newestFirst.slice(keep).filter(({ Version }) => !needed.has(Version));
}

export async function deleteVersion(aws: Aws, FunctionName: string, Qualifier: string): Promise<void> {
  await absent(() => aws.lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier })));
}
