// Where the traffic of a function arrives: at an alias of it, or at $LATEST.
import type { Attachments } from './attachments/all.ts';

/** The name of an alias; undefined: the function itself, which serves $LATEST. */
export type Qualifier = string | undefined;

export const latest = '$LATEST';

/** Names of the aliases that deployments move. */
export function followers({ aliases }: Pick<Attachments, 'aliases'> = {}): string[] {
  return Object.entries(aliases ?? {}).flatMap(([name, alias]) =>
    alias && alias.version === undefined ? [name] : [],
  );
}

/** The qualifier of an entry (`named` is its field): the named one, or else the alias that follows the deployments. */
export function qualifierOf(attachments: Pick<Attachments, 'aliases'>, named?: string): Qualifier {
  if (named !== undefined) return named === latest ? undefined : named;
  const following = followers(attachments);
  return following.length === 1 ? following[0] : undefined;
}

/** Qualifiers that are unclear or name no alias of the function, as ends of sentences. */
export function qualifierProblems(
  attachments: Pick<Attachments, 'aliases' | 'url' | 'permissions' | 'triggers'>,
): { field: 'url' | 'permissions' | 'triggers'; sentence: string }[] {
  const { url, permissions, triggers } = attachments;
  const ofUrl = url ? problemOf(attachments, url.qualifier) : undefined;
  const ofPermissions = Object.entries(permissions ?? {}).flatMap(([id, one]) => {
    const problem = one ? problemOf(attachments, one.qualifier) : undefined;
    return problem === undefined
      ? []
      : [{ field: 'permissions' as const, sentence: `has ${id}, which ${problem}` }];
  });
  const ofTriggers = (triggers ?? []).flatMap((one, index) => {
    const problem = problemOf(attachments, one.qualifier);
    return problem === undefined
      ? []
      : [{ field: 'triggers' as const, sentence: `has entry ${index + 1}, which ${problem}` }];
  });
  return [
    ...(ofUrl === undefined ? [] : [{ field: 'url' as const, sentence: ofUrl }]),
    ...ofPermissions,
    ...ofTriggers,
  ];
}

function problemOf({ aliases }: Pick<Attachments, 'aliases'>, named: string | undefined): string | undefined {
  const following = followers({ aliases });
  if (named === undefined) {
    if (following.length < 2) return undefined;
    return `needs a qualifier, since several aliases follow the deployments; allowed: qualifier: ${or([...following, latest])}`;
  }
  const declared = Object.keys(aliases ?? {}).filter((name) => aliases?.[name]);
  if (named === latest || declared.includes(named)) return undefined;
  return `has the qualifier ${named}, but the function declares no such alias; allowed: ${or([...declared, latest])}`;
}

function or(names: readonly string[]): string {
  return [names.slice(0, -1).join(', '), names.at(-1)].filter(Boolean).join(' or ');
}
