// Removes the project's resources, dependants first, and reads each again: the receipt says what is really gone.
import { exitCodes, UserError } from '../errors/user-error.ts';
import { isGone } from './gone.ts';
import { type Failure, type Outcome, type RunOptions, runGraph } from './graph.ts';
import { removed } from './lost-answers.ts';
import { holdUsed, type Item, matters, type Plan, readAll, removalOf } from './plan.ts';
import type { Kept, Resource } from './resource.ts';

export interface Receipt {
  readonly resource: Resource;
  /** It was read again after the removal, and does not exist any more. */
  readonly gone: boolean;
  /** Its parts that were removed with it, in words. */
  readonly extent?: string;
  /** Why it still exists, if known. */
  readonly error?: unknown;
  /** It was not to be removed. */
  readonly kept?: Kept;
}

/**
 * The plan of a removal. Its items are `delete`, `held` (in use by others), `kept` (they hold data), `foreign` (of another
 * owner) and `none`.
 */
export async function planRemoval(
  all: readonly Resource[],
  later?: Promise<readonly Resource[]>,
): Promise<Plan> {
  // A part is removed together with its whole.
  const resources = all.filter(({ partOf }) => !partOf || !all.includes(partOf));
  const read = await readAll(resources, later, () => true);
  const items = read.map(({ resource, live }) => removalOf(resource, live));
  return { items: holdUsed(items.filter(matters), read) };
}

/** Removes the `delete` items and reads them again; `held` items stay. Never rejects: errors are in the receipts. */
export async function remove(plan: Plan, options: RunOptions = {}): Promise<Receipt[]> {
  return receiptsOf(plan, await removeItems(plan, options));
}

/** Removes the `delete` items. Never rejects: failures are collected in the outcome. */
export function removeItems({ items }: Plan, options: RunOptions = {}): Promise<Outcome> {
  const live = liveOf(items);
  const resources = [...live.keys()];
  return runGraph(
    resources,
    (resource) => [
      ...resources.filter((other) => other.needs.includes(resource)),
      ...(resource.outlives ?? []),
    ],
    (resource, report) => removed(resource, live.get(resource), report),
    options,
  );
}

/** The live state of the `delete` items. */
function liveOf(items: readonly Item[]): Map<Resource, unknown> {
  return new Map(
    items.filter(({ action }) => action === 'delete').map(({ resource, live }) => [resource, live]),
  );
}

/** Reads the removed resources again: says what is really gone. Never rejects. */
export async function receiptsOf({ items }: Plan, { done, failed }: Outcome): Promise<Receipt[]> {
  const live = liveOf(items);
  const gone = new Set(done);
  const receipts = await Promise.all(
    [...live.keys()].map(async (resource) => ({
      extent: resource.extent?.(live.get(resource)),
      ...(await receipt(resource, gone.has(resource), failed)),
    })),
  );
  return [...receipts, ...items.flatMap(stayingReceipt)];
}

/** The receipt of an item that stays. */
function stayingReceipt(item: Item): Receipt[] {
  const { action, resource, reason = '', keptData = false } = item;
  if (action === 'held') return [heldReceipt(item)];
  return action === 'kept' ? [{ resource, gone: false, kept: { reason, data: keptData } }] : [];
}

function heldReceipt({ resource, reason }: Item): Receipt {
  const next = 'remove its users, or let them use another one; then run the same command again';
  return { resource, gone: false, error: new UserError(`${reason}`, exitCodes.failed, { next }) };
}

function notTried(): UserError {
  return new UserError('its removal was not tried, because something that needs it still exists');
}

async function receipt(resource: Resource, removed: boolean, failed: Failure[]): Promise<Receipt> {
  const failure = failed.find((each) => each.resource === resource);
  try {
    if (await isGone(resource, { expected: removed })) return { resource, gone: true };
    return { resource, gone: false, error: failure?.error ?? (removed ? undefined : notTried()) };
  } catch (error) {
    return { resource, gone: false, error: failure?.error ?? error };
  }
}
