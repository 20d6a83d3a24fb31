// Whose a live thing is: read from the tags that slsctl writes on everything it makes.
import type { Names, Project } from '../../config/project.ts';
import type { Change, Owner } from '../../engine/resource.ts';

export type Tags = Record<string, string>;

/** The project and its stage, as the owner of what they make. */
export function ownerOf({ name, stage }: Pick<Project, 'name' | 'stage'>): Owner {
  return { project: name, stage };
}

/** Tags by which a resource says whose it is. */
export function ownershipTags(owner: Owner): Record<string, string> {
  return { 'slsctl:project': owner.project, ...(owner.stage ? { 'slsctl:stage': owner.stage } : {}) };
}

/** The tags that a resource of this project carries. */
export function tagsOf(owner: Owner, declared: Tags): Tags {
  return { ...declared, ...ownershipTags(owner) };
}

/** On a function that has, or once had, an alias of the project: found without asking each function for its aliases. */
export const aliasTag = 'slsctl:aliases';

export function aliasMark(has: boolean): Tags {
  return has ? { [aliasTag]: 'yes' } : {};
}

/** Why something with these tags is not this owner's; undefined: it is. Without an owner nothing is. */
export function foreignTags(owner: Owner | undefined, tags: Tags): string | undefined {
  const project = tags['slsctl:project'];
  const stage = tags['slsctl:stage'];
  if (project === undefined) return 'it was not made by slsctl';
  if (project === owner?.project && stage === owner?.stage) return undefined;
  return `it belongs to ${stage ? `stage ${stage} of ` : ''}project ${project}${stage || !owner?.stage ? '' : ', without a stage'}`;
}

/** Without what says whose it is: what is somebody else's does not become the project's by the way. */
export function withoutOwner(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith('slsctl:')));
}

/** Tags that are live and not declared are left alone, unless they are among those that are `leaving`. */
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

/** Names of the tags that go with these changes. */
export function leavingTags(changes: readonly Change[]): string[] {
  return changes
    .filter(({ path, to }) => path.startsWith('Tags.') && to === undefined)
    .map(({ path }) => path.slice(5));
}

/** The tag changes among these, as AWS takes them. */
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
