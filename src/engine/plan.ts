// Reads all resources at once and says what differs: the one list that is shown and that is applied.
import type { Change, Resource } from '../resources/resource.ts';

/** foreign: it is live, but somebody else's. delete: the project owns it and it is to go. */
export type Action = 'create' | 'update' | 'delete' | 'none' | 'foreign';

export interface Item {
  readonly resource: Resource;
  readonly action: Action;
  /** undefined: absent. */
  readonly live: unknown;
  readonly changes: Change[];
  /** What is live, not declared, and kept. */
  readonly notes: string[];
  /** Why it is foreign. */
  readonly reason?: string;
}

export interface Plan {
  readonly items: Item[];
}

export interface Counts {
  create: number;
  update: number;
  delete: number;
  unchanged: number;
}

/** What `apply` would do. Rejects with the first error of a read, once all reads have ended. */
export async function plan(resources: readonly Resource[]): Promise<Plan> {
  const lives = await readAll(resources);
  const items = resources.map((resource, index) => compare(resource, lives[index]));
  const anew = new Set(items.filter(isReplaced).map(({ resource }) => resource));
  // What hangs on a thing that is made anew goes with the old one.
  return {
    items: items.map((item) => {
      const lost = item.resource.partOf && anew.has(item.resource.partOf);
      return lost && item.action !== 'foreign' ? compare(item.resource, undefined) : item;
    }),
  };
}

/** Its changes cannot be made in place: it is removed and made again. */
export function isReplaced({ action, changes }: Item): boolean {
  return action === 'update' && changes.some(({ replace }) => replace);
}

/** The live state of each, in the order given. */
export async function readAll(resources: readonly Resource[]): Promise<unknown[]> {
  const reads = await Promise.allSettled(resources.map((resource) => resource.read()));
  return reads.map((read) => {
    if (read.status === 'rejected') throw read.reason;
    return read.value;
  });
}

function compare(resource: Resource, live: unknown): Item {
  if (live === undefined) {
    const changes = resource.diff(live);
    return { resource, action: changes.length > 0 ? 'create' : 'none', live, changes, notes: [] };
  }
  const reason = resource.foreign?.(live);
  if (reason !== undefined) return { resource, action: 'foreign', live, changes: [], notes: [], reason };
  const changes = resource.diff(live);
  if (resource.unwanted) return { resource, action: 'delete', live, changes, notes: [] };
  const notes = resource.notes?.(live) ?? [];
  return { resource, action: changes.length > 0 ? 'update' : 'none', live, changes, notes };
}

export function count({ items }: Plan): Counts {
  const of = (action: Action) => items.filter((item) => item.action === action).length;
  return { create: of('create'), update: of('update'), delete: of('delete'), unchanged: of('none') };
}

/** The foreign items that stand in the way of a deployment. */
export function obstacles({ items }: Plan): Item[] {
  return items.filter(
    ({ action, resource }) => action === 'foreign' && !resource.optional && !resource.partOf,
  );
}

export function hasChanges(plan: Plan): boolean {
  return plan.items.some(({ action }) => action !== 'none' && action !== 'foreign');
}
