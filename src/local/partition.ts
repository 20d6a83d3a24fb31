// The partition of a region: the second part of every ARN.
import { partition } from '@aws-sdk/core/client';

/** The SDK searches its table with regular expressions, and every invocation asks for its region. */
const known = new Map<string, string>();
/** Clients choose the names of regions, so there may be any number. */
const maxKnown = 100;

/** `aws`, `aws-cn` …; a region that the SDK does not know counts as commercial (`aws`). */
export function partitionOf(region: string): string {
  let name = known.get(region);
  if (name === undefined) {
    name = partition(region).name;
    if (known.size === maxKnown) known.clear();
    known.set(region, name);
  }
  return name;
}

/** The ARN with the partition of this region. */
export function arnIn(region: string, arn: string): string {
  return arn.replace(/^arn:aws[\w-]*:/, `arn:${partitionOf(region)}:`);
}
