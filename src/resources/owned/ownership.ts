// The owner of a live resource, from the tags that slsctl writes on everything it creates.

import { cut } from '../../config/cut.ts';
import type { Names, Project } from '../../config/project.ts';
import type { Change, Owner } from '../../engine/resource.ts';

export type Tags = Record<string, string>;

/** AWS's limit, in characters. */
const longestTagKey = 128;

const projectTag = 'slsctl:project';
const stageTag = 'slsctl:stage';

/** The tag that names the slsctl.yml. It is written with other tags only: a difference is never a change. */
export const configTag = 'slsctl:config';

/** The project, its stage and its slsctl.yml, as an owner. */
export function ownerOf({ name, stage, origin }: Pick<Project, 'name' | 'stage' | 'origin'>): Owner {
  return { project: name, stage, config: origin };
}

/** `shop`, or `shop/prod` for a stage: as users write an owner. */
export function ownerName({ project, stage }: Owner): string {
  return stage ? `${project}/${stage}` : project;
}

/** The tags that name the owner. */
export function ownershipTags({ project, stage, config }: Owner): Record<string, string> {
  return {
    [projectTag]: project,
    ...(stage ? { [stageTag]: stage } : {}),
    ...(config ? { [configTag]: config } : {}),
  };
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

/** The key of a function's tag: slsctl has put a URL or permissions on this alias, so they are the project's own. */
export function trafficTag(alias: string): string {
  return cut(`slsctl:traffic:${alias}`, longestTagKey);
}

/** The key of a function's tag: slsctl has made triggers of this kind for it. */
export function triggerTag(kind: string): string {
  return `slsctl:triggers:${kind}`;
}

/** The tag of an API with its name: lists of tagged resources have its random id only. */
export const apiTag = 'slsctl:api';

export function triggerMarks(kinds: readonly string[]): Tags {
  return Object.fromEntries(kinds.map((kind) => [triggerTag(kind), 'yes']));
}

export function trafficMarks(aliases: readonly string[]): Tags {
  return Object.fromEntries(aliases.map((alias) => [trafficTag(alias), 'yes']));
}

/** The owner that these tags name; undefined: none. */
export function ownerIn(tags: Tags): Owner | undefined {
  const { [projectTag]: project, [stageTag]: stage, [configTag]: config } = tags;
  return project === undefined ? undefined : { project, stage, config };
}

/** Why a resource with these tags does not belong to this owner; undefined: it does. Without an owner, none does. */
export function foreignTags(own: Owner | undefined, tags: Tags): string | undefined {
  const owner = ownerIn(tags);
  if (!owner) return 'it was not made by slsctl';
  const { project, stage, config } = owner;
  if (project === own?.project && stage === own?.stage) return undefined;
  const whole = stage || !own?.stage ? '' : ', without a stage';
  const here = config !== undefined && config === own?.config;
  const origin = config === undefined ? '' : `, deployed from ${here ? 'this slsctl.yml' : config}`;
  return `it belongs to ${stage ? `stage ${stage} of ` : ''}project ${project}${whole}${origin}`;
}

/** Strips ownership tags, so that an update never adopts a resource of another owner. */
export function withoutOwner(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith('slsctl:')));
}

/**
 * The changes for declared tags, and the removal of the undeclared live tags named in `leaving`. `marks`: the tag that names
 * the slsctl.yml is compared, too.
 */
export function tagChanges(
  declared: Tags,
  live: Tags | undefined,
  leaving: Names = [],
  { marks = false }: { marks?: boolean } = {},
): Change[] {
  const changes: Change[] = Object.entries(declared)
    .filter(([key]) => marks || key !== configTag)
    .map(([key, to]) => ({ path: `Tags.${key}`, from: live?.[key], to }))
    .filter(({ from, to }) => from !== to);
  for (const [key, from] of Object.entries(live ?? {})) {
    // A resource that is taken over from a stage, by a project without one.
    if (key === stageTag && projectTag in declared && !(key in declared)) {
      changes.push({ path: `Tags.${key}`, from, to: undefined });
    }
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

/**
 * The tags to write for these changes. The one that names the slsctl.yml goes along where the resource has none, or gets
 * another owner: the file of another folder keeps its mark.
 */
export function changedTags(declared: Tags, changes: readonly Change[], live: Tags = {}): Tags {
  const names = new Set(
    changes
      .filter(({ path, to }) => path.startsWith('Tags.') && to !== undefined)
      .map(({ path }) => path.slice(5)),
  );
  const newOwner = names.has(projectTag) || names.has(stageTag);
  if (newOwner || (names.size > 0 && !(configTag in live))) names.add(configTag);
  return Object.fromEntries(Object.entries(declared).filter(([name]) => names.has(name)));
}

export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

export function tagRecord(list: readonly { Key?: string; Value?: string }[] | undefined): Tags {
  return Object.fromEntries((list ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}
