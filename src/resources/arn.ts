// ARNs of resources of the account and region of a run.
import { partition } from '@aws-sdk/core/client';
import type { Aws } from '../aws/aws.ts';

/** `arnIn(aws, 'events', 'rule/orders')`. The account must be known: `aws.knowAccount`. */
export function arnIn(
  { region, account }: Pick<Aws, 'region' | 'account'>,
  service: string,
  resource: string,
): string {
  return `arn:${partition(region).name}:${service}:${region}:${account}:${resource}`;
}
