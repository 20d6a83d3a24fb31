// The partition of AWS that a region belongs to, which is the second part of every ARN.

/** Prefixes of the regions that are not of the commercial partition. */
const partitions = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
  ['eusc-', 'aws-eusc'],
] as const;

export function partitionOf(region: string): string {
  return partitions.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws';
}

/** The ARN as it is called in the partition of this region. */
export function arnIn(region: string, arn: string): string {
  return arn.replace(/^arn:aws[\w-]*:/, `arn:${partitionOf(region)}:`);
}
