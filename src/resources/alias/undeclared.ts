// Aliases that slsctl made for a function and its config does not name any more, as resources to be removed.
import type { AliasConfiguration } from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import type { FunctionConfig } from '../../config/project.ts';
import type { FunctionStack } from '../stack.ts';
import { AliasResource } from './alias-resource.ts';
import { aliasesOf } from './list.ts';
import { parseDescription } from './record.ts';

/** From so many functions on only those are asked that say that they have had aliases. */
const many = 10;

/** Of these functions; `aliases: null` names none, and all are removed. */
export async function droppedAliases(
  aws: Aws,
  functions: readonly FunctionStack[],
): Promise<AliasResource[]> {
  const found = await Promise.all(
    functions.map(async ({ config, function: host }) => {
      const { aliases } = config.attachments ?? {};
      const asked = functions.length <= many || aliases !== undefined || (await host.hadAliases());
      const live = asked ? await aliasesOf(aws, config.name) : [];
      return live
        .filter((alias) => aliases === null || isDropped(alias, config))
        .map(({ Name = '' }) => new AliasResource(aws, host, Name));
    }),
  );
  return found.flat();
}

/** slsctl made the alias, and slsctl.yml does not name it. */
export function isDropped(
  { Name = '', Description }: AliasConfiguration,
  { attachments }: FunctionConfig,
): boolean {
  return !(Name in (attachments?.aliases ?? {})) && parseDescription(Description).record !== undefined;
}
