// Whether something that was removed is gone: looked at again, since AWS may answer from an older copy for a moment.
import { lookUntil, type Patience } from './patience.ts';
import type { Resource } from './resource.ts';

const afterRemoval: Patience = { budget: 4000, first: 200, longest: 2000 };
const once: Patience = { ...afterRemoval, budget: 0 };

/** Looks again for a while when it `shall` be gone. Rejects when it cannot be read. */
export async function isGone(resource: Resource, shall = true): Promise<boolean> {
  const look = () => resource.read();
  return (await lookUntil(look, (live) => live === undefined, shall ? afterRemoval : once)) === undefined;
}
