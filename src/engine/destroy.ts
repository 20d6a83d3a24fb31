// Removes what the project owns, dependants first, and looks again: the receipt says what is really gone.
import { exitCodes, UserError } from '../errors/user-error.ts';
import { isGone } from './gone.ts';
import { type Failure, type RunOptions, runGraph } from './graph.ts';
import { holdUsed, type Item, matters, type Plan, readAll, removalOf } from './plan.ts';
import type { Resource } from './resource.ts';

export interface Receipt {
  readonly resource: Resource;
  /** Read again after the removal: it is not there any more. */
  readonly gone: boolean;
  /** What went with it, in words. */
  readonly extent?: string;
  /** Why it is still there, as far as that is known. */
  readonly error?: unknown;
}

/** What a removal would take: items `delete`, `held` (others use it), `foreign` (left alone) and `none`. */
export async function planRemoval(
  all: readonly Resource[],
  later?: Promise<readonly Resource[]>,
): Promise<Plan> {
  // What is part of another goes with it.
  const resources = all.filter(({ partOf }) => !partOf || !all.includes(partOf));
  const read = await readAll(resources, later, () => true);
  const items = read.map(({ resource, live }) => removalOf(resource, live));
  return { items: holdUsed(items.filter(matters), read) };
}

/** Removes the `delete` items and reads them again; `held` ones stay. Never rejects because of one of them. */
export async function remove({ items }: Plan, options: RunOptions = {}): Promise<Receipt[]> {
  const live = new Map<Resource, unknown>();
  for (const item of items) if (item.action === 'delete') live.set(item.resource, item.live);
  const resources = [...live.keys()];
  const { failed, done } = await runGraph(
    resources,
    (resource) => [
      ...resources.filter((other) => other.needs.includes(resource)),
      ...(resource.outlives ?? []),
    ],
    (resource) => resource.remove(live.get(resource)),
    options,
  );
  const removed = new Set(done);
  const receipts = await Promise.all(
    resources.map(async (resource) => ({
      extent: resource.extent?.(live.get(resource)),
      ...(await receipt(resource, removed.has(resource), failed)),
    })),
  );
  return [...receipts, ...items.filter(({ action }) => action === 'held').map(stays)];
}

function stays({ resource, reason }: Item): Receipt {
  const next = 'remove what uses it, or give that something of its own; then run the same command again';
  return { resource, gone: false, error: new UserError(`${reason}`, exitCodes.failed, { next }) };
}

function leftOut(): UserError {
  return new UserError('its removal was not tried, since something that needs it is still there');
}

async function receipt(resource: Resource, removed: boolean, failed: Failure[]): Promise<Receipt> {
  const failure = failed.find((one) => one.resource === resource);
  try {
    if (await isGone(resource, removed)) return { resource, gone: true };
    return { resource, gone: false, error: failure?.error ?? (removed ? undefined : leftOut()) };
  } catch (error) {
    return { resource, gone: false, error: failure?.error ?? error };
  }
}
