// The aliases of a function: the declared ones, and those that slsctl created and slsctl.yml no longer declares.
import type { AliasConfiguration } from '@aws-sdk/client-lambda';
import type { Attachments } from '../../config/attachments/all.ts';
import type { FunctionConfig } from '../../config/project.ts';
import { followers } from '../../config/qualifiers.ts';
import { DeclaredAlias } from '../alias/alias.ts';
import { AliasResource } from '../alias/alias-resource.ts';
import { aliasesOf } from '../alias/list.ts';
import { parseDescription } from '../alias/record.ts';
import type { Kind } from './kind.ts';

type Declared = NonNullable<Attachments['aliases']>;

export const aliases: Kind<Declared> = {
  resources(declared, { aws, host, places, stay, canary }) {
    return Object.entries(declared ?? {}).map(([name, settings]) => {
      if (settings === null) return new AliasResource(aws, host, name, places.triggers);
      const follows = settings.version === undefined;
      return new DeclaredAlias(aws, host, { name, declared: settings, ...(follows && { stay, canary }) });
    });
  },
  async every(aws, host) {
    const live = await aliasesOf(aws, host.name);
    return live.map(({ Name = '' }) => new AliasResource(aws, host, Name));
  },
  /** With many functions, asks only those whose tags say that they had aliases. */
  async leftBehind(declared, { aws, host, places, sparing }) {
    const asked = !sparing || declared !== undefined || (await host.hadAliases());
    const live = asked ? await aliasesOf(aws, host.name) : [];
    return live
      .filter((alias) => declared === null || isLeftBehind(alias, declared))
      .map(({ Name = '' }) => new AliasResource(aws, host, Name, places.triggers));
  },
};

/** Whether slsctl created the alias and slsctl.yml does not declare it. */
export function isLeftBehind(
  { Name = '', Description }: AliasConfiguration,
  declared: Attachments['aliases'],
): boolean {
  return !(Name in (declared ?? {})) && parseDescription(Description).record !== undefined;
}

export function hasAliases({ attachments }: FunctionConfig): boolean {
  return Object.values(attachments?.aliases ?? {}).some(Boolean);
}

/** Whether deployments move an alias of the function to the version they publish. */
export function hasFollowers({ attachments }: FunctionConfig): boolean {
  return followers(attachments).length > 0;
}
