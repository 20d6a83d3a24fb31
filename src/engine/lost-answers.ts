// Finds out what became of a write whose answer was lost: it counts as done when its effect is there, and is made again otherwise.
import { isDeepStrictEqual } from 'node:util';
import { isConflict, wasLost } from '../errors/lost-answer.ts';
import { lookUntil, type Patience, waiting } from './patience.ts';
import type { Work } from './plan.ts';
import type { Change, Report, Resource } from './resource.ts';

/** Attempts in a row that took no effect. */
const mostAttempts = 3;
/** Attempts in all. */
const most = 50;

/** AWS may still be making the write when its answer is lost. */
const forEffects: Patience = { budget: 2000, first: 100, longest: 500 };

/** What became of a write: its result; or it is to be made again, after it had a part of its effect or none. */
export type Fate<T> = { readonly result: T } | 'partly' | 'not at all';

/**
 * Makes a write. `look` is called with the error when nobody knows whether the write took effect; it rejects when
 * something else is there. A conflict after a lost answer may be one with the write's own effect, so it is looked at too.
 */
export async function answered<T>(
  write: () => Promise<T>,
  look: (error: unknown) => Promise<Fate<T>>,
): Promise<T> {
  let lost = false;
  let futile = 0;
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      lost ||= wasLost(error);
      if (!wasLost(error) && !(lost && isConflict(error))) throw error;
      const fate = await look(error);
      if (typeof fate === 'object') return fate.result;
      futile = fate === 'partly' ? 0 : futile + 1;
      if (futile === mostAttempts || attempt === most) throw error;
    }
  }
}

/** Applies the changes of an item. After a lost answer, applies only what is still missing. */
export function applied(
  item: Exclude<Work, { action: 'delete' }>,
  report: Report,
  patience = forEffects,
): Promise<unknown> {
  const { resource } = item;
  let { live, changes } = item;
  return answered(
    () => resource.apply(live, changes, report),
    async (error) => {
      const onWait = waiting(report, 'the effect of a change whose answer was lost');
      const isUntouched = (now: unknown) =>
        now === undefined ? live === undefined : isDeepStrictEqual(resource.diff(now), changes);
      const now = await lookUntil(
        () => resource.read(),
        (now) => !isUntouched(now),
        { ...patience, onWait },
      );
      const left = resource.diff(now);
      if (now !== undefined && resource.foreign?.(now) !== undefined) throw error;
      if (left.length === 0) return { result: now };
      if (!isRest(left, item, now)) throw error;
      const fate = isUntouched(now) ? 'not at all' : 'partly';
      [live, changes] = [now, left];
      return fate;
    },
  );
}

/** Whether these changes are a rest of the planned ones, so that nothing else has changed the resource since. */
function isRest(left: readonly Change[], { live, changes }: Work, now: unknown): boolean {
  if (live === undefined || changes.some(({ replace }) => replace)) return true;
  if (now === undefined) return false;
  return left.every(
    ({ path, from, settling }) =>
      settling || changes.some((one) => one.path === path && isDeepStrictEqual(one.from, from)),
  );
}

/** Removes a resource. After a lost answer, removes it again only when it is still there. */
export function removed(resource: Resource, live: unknown, report?: Report): Promise<void> {
  let there = live;
  return answered(
    () => resource.remove(there, report),
    async () => {
      const before = there;
      there = await resource.read();
      if (there === undefined) return { result: undefined };
      return sameState(before, there) ? 'not at all' : 'partly';
    },
  );
}

/** Whether two reads found the same, apart from what each answer says of itself. */
function sameState(one: unknown, other: unknown): boolean {
  const [left, right] = [one, other].map((state) =>
    JSON.stringify(state, (key, value) => (key === '$metadata' || !isData(value) ? undefined : value)),
  );
  return left === right;
}

/** Not the object of a class: a live state may refer to other resources. */
function isData(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return true;
  return Object.getPrototypeOf(value) === Object.prototype;
}
