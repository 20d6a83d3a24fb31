// Tells which aliases still serve the version before a change: they follow deployments, and this was none.
import type { Aws } from '../aws/aws.ts';
import { followers } from '../config/qualifiers.ts';
import type { Next } from '../errors/next.ts';
import { DeclaredAlias } from '../resources/alias/alias.ts';
import type { FunctionStack } from '../resources/stack.ts';

export interface LaggingAlias {
  alias: string;
  /** The version that it serves. */
  version: string;
}

/**
 * Reads the aliases of the function that follow its deployments. The result answers, after the change, which of them
 * serve a version that differs from the function. Never rejects: aliases that cannot be read are left out.
 */
export async function readFollowers(
  aws: Aws,
  { config, function: host }: FunctionStack,
): Promise<() => LaggingAlias[]> {
  const read = await Promise.all(
    followers(config.attachments).map(async (name) => {
      const declared = config.attachments?.aliases?.[name] ?? {};
      const resource = new DeclaredAlias(aws, host, { name, declared });
      return { name, resource, live: await resource.read().catch(() => undefined) };
    }),
  );
  return () =>
    read.flatMap(({ name, resource, live }) => {
      const moves = live && resource.diff(live).some(({ path }) => path === 'FunctionVersion');
      return moves ? [{ alias: name, version: live.alias.FunctionVersion ?? '' }] : [];
    });
}

/** What to type, so that these aliases serve the change too. */
export function deployForAliases(key: string, aliases: readonly LaggingAlias[]): Next {
  const each = aliases.map(({ alias, version }) => `alias ${alias} still serves version ${version}`);
  return { command: `deploy ${key}`, why: each.join(', ') };
}
