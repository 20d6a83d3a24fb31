// The owner of a live resource, from the tags that slsctl writes on everything it creates.
import type { Names, Project } from '../../config/project.ts';
import type { Change, Owner } from '../../engine/resource.ts';

export type Tags = Record<string, string>;

/** The project and its stage, as an owner. */
export function ownerOf({ name, stage }: Pick<Project, 'name' | 'stage'>): Owner {
  return { project: name, stage };
}

/** The tags that name the owner. */
export function ownershipTags(owner: Owner): Record<string, string> {
  return { 'slsctl:project': owner.project, ...(owner.stage ? { 'slsctl:stage': owner.stage } : {}) };
}

/** The tags of a resource of this owner: the declared ones and the ownership tags. */
export function tagsOf(owner: Owner, declared: Tags): Tags {
  return { ...declared, ...ownershipTags(owner) };
}

/** Marks a function that has or had an alias of the project, so that slsctl need not list the aliases of every function. */
export const aliasTag = 'slsctl:aliases';

export function aliasMark(has: boolean): Tags {
  return has ? { [aliasTag]: 'yes' } : {};
}

/** Why a resource with these tags does not belong to this owner; undefined: it does. Without an owner, none does. */
export function foreignTags(owner: Owner | undefined, tags: Tags): string | undefined {
  const project = tags['slsctl:project'];
  const stage = tags['slsctl:stage'];
  if (project === undefined) return 'it was not made by slsctl';
  if (project === owner?.project && stage === owner?.stage) return undefined;
  return `it belongs to ${stage ? `stage ${stage} of ` : ''}project ${project}${stage || !owner?.stage ? '' : ', without a stage'}`;
}

/** Strips ownership tags, so that an update never adopts a resource of another owner. */
export function withoutOwner(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith('slsctl:')));
}

/** The changes for declared tags, and the removal of the undeclared live tags named in `leaving`. */
export function tagChanges(declared: Tags, live: Tags | undefined, leaving: Names = []): Change[] {
  const changes: Change[] = Object.entries(declared)
    .map(([key, to]) => ({ path: `Tags.${key}`, from: live?.[key], to }))
    .filter(({ from, to }) => from !== to);
  for (const [key, from] of Object.entries(live ?? {})) {
    if (key in declared || /^(aws|slsctl):/.test(key)) continue;
    if (leaving === 'all' || leaving.includes(key)) {
      changes.push({ path: `Tags.${key}`, from, to: undefined });
    }
  }
  return changes;
}

/** Names of the tags that these changes remove. */
export function leavingTags(changes: readonly Change[]): string[] {
  return changes
    .filter(({ path, to }) => path.startsWith('Tags.') && to === undefined)
    .map(({ path }) => path.slice(5));
}

/** The tags that these changes set. */
export function changedTags(declared: Tags, changes: readonly Change[]): Tags {
  const names = new Set(
    changes.filter(({ path }) => path.startsWith('Tags.')).map(({ path }) => path.slice(5)),
  );
  return Object.fromEntries(Object.entries(declared).filter(([name]) => names.has(name)));
}

export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

export function tagRecord(list: readonly { Key?: string; Value?: string }[] | undefined): Tags {
  return Object.fromEntries((list ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}
