// The partition of a region: the second part of every ARN.
import { partition } from '@aws-sdk/core/client';

/** `aws`, `aws-cn` …; a region that the SDK does not know counts as commercial (`aws`). */
export const partitionOf = (region: string): string => partition(region).name;

/** The ARN with the partition of this region. */
export function arnIn(region: string, arn: string): string {
  return arn.replace(/^arn:aws[\w-]*:/, `arn:${partitionOf(region)}:`);
}
