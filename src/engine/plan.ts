// Reads all resources at once and lists the differences. `plan` shows this list, and `apply` carries it out.
import {
  type Change,
  type DeclaredResource,
  isDeclared,
  kindAndName,
  type Named,
  type Resource,
} from './resource.ts';

/**
 * foreign: it is live and has another owner. delete: the project owns it and does not declare it any more. held: it
 * would be deleted, but others use it, so it stays. kept: it would be deleted, but it holds data or is to be retained.
 */
export type Action = 'create' | 'update' | 'delete' | 'none' | 'foreign' | 'held' | 'kept';

interface Known {
  /** undefined: absent. */
  readonly live: unknown;
  readonly changes: Change[];
  /** Live values that are not declared and are kept. */
  readonly notes: string[];
  /** Why it is foreign, held or kept. */
  readonly reason?: string;
  /** It is kept, and --delete-data removes it. */
  readonly keptData?: boolean;
}

export type Item =
  | (Known & { readonly action: 'create' | 'update'; readonly resource: DeclaredResource })
  | (Known & { readonly action: Exclude<Action, 'create' | 'update'>; readonly resource: Resource });

/** An item that `apply` acts on. */
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
 * What `apply` would do with these resources. `later`: further resources, whose list takes a call to find. Rejects with
 * the first error of a read, after all reads have ended.
 */
export async function plan(
  resources: readonly Resource[],
  later?: Promise<readonly Resource[]>,
): Promise<Plan> {
  const read = await readAll(resources, later, (resource) => !isDeclared(resource));
  const items = read.map(({ resource, live }) => compare(resource, live));
  const replaced = new Set(items.filter(isReplaced).map(({ resource }) => resource));
  // When a resource is replaced, its parts are removed with the old one and must be created again.
  const withParts = items.map((item) => {
    const lost = item.resource.partOf && replaced.has(item.resource.partOf);
    return lost && item.action !== 'foreign' ? compare(item.resource, undefined) : item;
  });
  return { items: removalsLast(holdUsed(withParts.filter(matters), read)) };
}

/** The order in which `apply` makes the changes: removals last, and among them the users of a resource before it. */
function removalsLast(items: readonly Item[]): Item[] {
  const removals = items.filter(({ action }) => action === 'delete');
  const seen = new Set<Item>();
  const ordered: Item[] = [];
  const add = (item: Item) => {
    if (seen.has(item)) return;
    seen.add(item);
    const earlier = removals.filter(
      ({ resource }) => resource.needs.includes(item.resource) || item.resource.outlives?.includes(resource),
    );
    for (const one of earlier) add(one);
    ordered.push(item);
  };
  for (const item of removals) add(item);
  return [...items.filter(({ action }) => action !== 'delete'), ...ordered];
}

/**
 * Whether the plan lists the item. It leaves out undeclared resources that are absent or of another owner. It also
 * leaves out a foreign resource that shares its owner with another one (`ownedWith`), since that one is listed.
 */
export function matters({ resource, action }: Item): boolean {
  if (action === 'foreign' && resource.ownedWith) return false;
  return isDeclared(resource) || action === 'delete' || action === 'kept';
}

/** Its changes cannot be made in place: it must be removed and created again. */
export function isReplaced({ action, changes }: Item): boolean {
  return action === 'update' && changes.some(({ replace }) => replace);
}

export interface Read {
  readonly resource: Resource;
  readonly live: unknown;
  /** The resources that use it; empty when nobody asked for them. */
  readonly users: readonly Named[] | 'unknown';
}

/** The live state of each resource, in the order given. `leaves`: it may be removed, so its users are read too. */
export async function readAll(
  resources: readonly Resource[],
  later: Promise<readonly Resource[]> = Promise.resolve([]),
  leaves: (resource: Resource) => boolean,
): Promise<Read[]> {
  const readEach = (batch: readonly Resource[]) =>
    Promise.allSettled(
      batch.map(async (resource): Promise<Read> => {
        const left = leaves(resource);
        const lookup = left ? resource.users?.() : undefined;
        const reading = left && resource.readToRemove ? resource.readToRemove() : resource.read();
        const [live, users] = await Promise.all([reading, lookup]);
        return { resource, live, users: users ?? (lookup ? 'unknown' : []) };
      }),
    );
  const reads = await Promise.all([readEach(resources), later.then(readEach)]);
  return reads.flat().map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

const unseen = 'possibly in use: these credentials may not list functions (lambda:ListFunctions)';

/** Turns `delete` into `held` where a resource outside of the plan uses the item, or may use it. */
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

/** What this item loses for good, in words; undefined: the next deployment can create everything again. */
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
  // A part that is absent is asked too: its whole may be of another owner, and then the part must not be created.
  const reason =
    live === undefined && !resource.partOf && !resource.boundTo ? undefined : resource.foreign?.(live);
  if (reason !== undefined && changes.length > 0) return { ...item, action: 'foreign', reason };
  if (live === undefined) return { ...item, action: changes.length > 0 ? 'create' : 'none', changes };
  if (reason !== undefined) {
    return { ...item, action: 'none', notes: [`${reason}; it is as declared, and is left alone`] };
  }
  const notes = resource.notes?.(live) ?? [];
  return { ...item, action: changes.length > 0 ? 'update' : 'none', changes, notes };
}

/** What a removal would do with the resource: `delete`, `foreign`, `kept` or `none`. */
export function removalOf(resource: Resource, live: unknown): Item {
  const item = { resource, live, changes: [], notes: [] };
  if (live === undefined) return { ...item, action: 'none' };
  const reason = resource.foreign?.(live);
  if (reason !== undefined) return { ...item, action: 'foreign', reason };
  const kept = resource.keeps?.(live);
  if (kept) return { ...item, action: 'kept', reason: kept.reason, keptData: kept.data };
  return { ...item, action: 'delete', changes: resource.removal?.(live) ?? [] };
}

export function count({ items }: Plan): Counts {
  const of = (action: Action) => items.filter((item) => item.action === action).length;
  return { create: of('create'), update: of('update'), delete: of('delete'), unchanged: of('none') };
}

/** The foreign items that prevent a deployment. */
export function obstacles({ items }: Plan): Item[] {
  const foreign = items.filter(({ action }) => action === 'foreign');
  const hosts = new Set(foreign.map(({ resource }) => resource));
  return foreign.filter(({ resource: { optional, partOf, boundTo } }) => {
    const host = partOf ?? boundTo;
    return !optional && !(host && hosts.has(host));
  });
}

/** The items that `apply` acts on. */
export function changesOf({ items }: Plan): Work[] {
  return items.filter(isWork);
}

function isWork(item: Item): item is Work {
  return item.action === 'create' || item.action === 'update' || item.action === 'delete';
}

export function hasChanges(plan: Plan): boolean {
  return changesOf(plan).length > 0;
}
