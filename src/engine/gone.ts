// Checks that a removed resource is gone. It reads several times, since AWS may briefly answer from an older copy.
import { lookUntil, type Patience, waiting } from './patience.ts';
import type { Report, Resource } from './resource.ts';

const afterRemoval: Patience = { budget: 4000, first: 200, longest: 2000 };
const once: Patience = { ...afterRemoval, budget: 0 };

/**
 * Reads until it is gone, or once if its removal is not `expected`. What came back is removed once more. Rejects when it
 * cannot be read.
 */
export async function isGone(
  resource: Resource,
  { expected = true, report }: { expected?: boolean; report?: Report } = {},
): Promise<boolean> {
  const look = () => resource.read();
  const patience = {
    ...(expected ? afterRemoval : once),
    onWait: waiting(report, 'AWS to show the removal'),
  };
  const left = await lookUntil(look, (live) => live === undefined, patience);
  if (left === undefined || !expected || !resource.comesBack) return left === undefined;
  await resource.remove(left, report);
  return (await lookUntil(look, (live) => live === undefined, patience)) === undefined;
}
