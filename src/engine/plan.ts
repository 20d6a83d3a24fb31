// Reads all resources at once and says what differs: the one list that is shown and that is applied.
import {
  type Change,
  type DeclaredResource,
  isDeclared,
  kindAndName,
  type Named,
  type Resource,
} from './resource.ts';

/**
 * foreign: it is live, and another owner has it. delete: the project owns it and does not declare it. held: the same,
 * but others use it, so that it stays.
 */
export type Action = 'create' | 'update' | 'delete' | 'none' | 'foreign' | 'held';

interface Known {
  /** undefined: absent. */
  readonly live: unknown;
  readonly changes: Change[];
  /** What is live, not declared, and kept. */
  readonly notes: string[];
  /** Why it is foreign, or held. */
  readonly reason?: string;
}

export type Item =
  | (Known & { readonly action: 'create' | 'update'; readonly resource: DeclaredResource })
  | (Known & { readonly action: 'delete' | 'none' | 'foreign' | 'held'; readonly resource: Resource });

/** An item that `apply` has something to do for. */
export type Work = Extract<Item, { action: 'create' | 'update' }> | (Item & { action: 'delete' });

export interface Plan {
  readonly items: Item[];
}

export interface Counts {
  create: number;
  update: number;
  delete: number;
  unchanged: number;
}

/**
 * What `apply` would do with these resources, and with those that are known `later`. Rejects with the first
 * error of a read, once all reads have ended.
 */
export async function plan(
  resources: readonly Resource[],
  later?: Promise<readonly Resource[]>,
): Promise<Plan> {
  const read = await readAll(resources, later, (resource) => !isDeclared(resource));
  const items = read.map(({ resource, live }) => compare(resource, live));
  const replaced = new Set(items.filter(isReplaced).map(({ resource }) => resource));
  // Parts of a thing that is replaced go with the old one.
  const planned = items.map((item) => {
    const lost = item.resource.partOf && replaced.has(item.resource.partOf);
    return lost && item.action !== 'foreign' ? compare(item.resource, undefined) : item;
  });
  return { items: holdUsed(planned.filter(matters), read) };
}

/**
 * Nothing is said of what is not declared and is absent, or of another owner; nor of what is foreign with something
 * else, which says it for both.
 */
export function matters({ resource, action }: Item): boolean {
  if (action === 'foreign' && resource.ownedWith) return false;
  return isDeclared(resource) || action === 'delete';
}

/** Its changes cannot be made in place: it is removed and created again. */
export function isReplaced({ action, changes }: Item): boolean {
  return action === 'update' && changes.some(({ replace }) => replace);
}

export interface Read {
  readonly resource: Resource;
  readonly live: unknown;
  /** What uses it, where that was asked. */
  readonly users: readonly Named[] | 'unknown';
}

/** The live state of each, in the order given, and what uses those that may be removed; all side by side. */
export async function readAll(
  resources: readonly Resource[],
  later: Promise<readonly Resource[]> = Promise.resolve([]),
  leaves: (resource: Resource) => boolean,
): Promise<Read[]> {
  const read = (some: readonly Resource[]) =>
    Promise.allSettled(
      some.map(async (resource): Promise<Read> => {
        const asked = leaves(resource) ? resource.users?.() : undefined;
        const [live, users] = await Promise.all([resource.read(), asked]);
        return { resource, live, users: users ?? (asked ? 'unknown' : []) };
      }),
    );
  const reads = await Promise.all([read(resources), later.then(read)]);
  return reads.flat().map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

const unseen = 'possibly in use: these credentials may not list functions (lambda:ListFunctions)';

/** The items, with those that are to go held where something uses them that the plan does not touch. */
export function holdUsed(items: readonly Item[], read: readonly Read[]): Item[] {
  const own = new Set(
    items.filter(({ action }) => action !== 'foreign').map(({ resource }) => kindAndName(resource)),
  );
  const usersOf = new Map(read.map(({ resource, users }) => [resource, users]));
  return items.map((item) => {
    if (item.action !== 'delete') return item;
    const users = usersOf.get(item.resource) ?? [];
    if (users === 'unknown') return { ...item, action: 'held', reason: unseen };
    const others = users.map(kindAndName).filter((user) => !own.has(user));
    if (others.length === 0) return item;
    return { ...item, action: 'held', reason: `in use by ${others.join(', ')}` };
  });
}

/** What is lost when this is done, in words; undefined: nothing that the next deployment does not make again. */
export function lossOf(item: Item): string | undefined {
  const lost = item.action === 'delete' || isReplaced(item);
  return lost ? item.resource.loss?.(item.live) : undefined;
}

function compare(resource: Resource, live: unknown): Item {
  return isDeclared(resource) ? deploymentOf(resource, live) : removalOf(resource, live);
}

function deploymentOf(resource: DeclaredResource, live: unknown): Item {
  const item = { resource, live, changes: [], notes: [] };
  const changes = resource.diff(live);
  // A part of another owner's thing is not made there either.
  const reason = live === undefined && !resource.partOf ? undefined : resource.foreign?.(live);
  if (reason !== undefined && changes.length > 0) return { ...item, action: 'foreign', reason };
  if (live === undefined) return { ...item, action: changes.length > 0 ? 'create' : 'none', changes };
  if (reason !== undefined) {
    return { ...item, action: 'none', notes: [`${reason}; it is as declared, and is left alone`] };
  }
  const notes = resource.notes?.(live) ?? [];
  return { ...item, action: changes.length > 0 ? 'update' : 'none', changes, notes };
}

/** What a removal would do with it: `delete`, `foreign` or `none`. */
export function removalOf(resource: Resource, live: unknown): Item {
  const item = { resource, live, changes: [], notes: [] };
  if (live === undefined) return { ...item, action: 'none' };
  const reason = resource.foreign?.(live);
  if (reason !== undefined) return { ...item, action: 'foreign', reason };
  return { ...item, action: 'delete', changes: resource.removal?.(live) ?? [] };
}

export function count({ items }: Plan): Counts {
  const of = (action: Action) => items.filter((item) => item.action === action).length;
  return { create: of('create'), update: of('update'), delete: of('delete'), unchanged: of('none') };
}

/** The foreign items that stand in the way of a deployment. */
export function obstacles({ items }: Plan): Item[] {
  const foreign = items.filter(({ action }) => action === 'foreign');
  const hosts = new Set(foreign.map(({ resource }) => resource));
  return foreign.filter(({ resource: { optional, partOf } }) => !optional && !(partOf && hosts.has(partOf)));
}

/** What apply has to do. */
export function changesOf({ items }: Plan): Work[] {
  return items.filter(isWork);
}

function isWork(item: Item): item is Work {
  return item.action === 'create' || item.action === 'update' || item.action === 'delete';
}

export function hasChanges(plan: Plan): boolean {
  return changesOf(plan).length > 0;
}
