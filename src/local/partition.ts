// The partition of AWS that a region belongs to, which is the second part of every ARN.
import { partition } from '@aws-sdk/core/client';

/** `aws`, `aws-cn` …; a region that the SDK does not know is of the commercial partition. */
export const partitionOf = (region: string): string => partition(region).name;

/** The ARN as it is called in the partition of this region. */
export function arnIn(region: string, arn: string): string {
  return arn.replace(/^arn:aws[\w-]*:/, `arn:${partitionOf(region)}:`);
}
