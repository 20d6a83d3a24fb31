// The distributions in the store, and their keys. CloudFront has no regions.
import { type DistributionConfig, NoSuchDistribution } from '@aws-sdk/client-cloudfront';
import type { Scope } from '../../call.ts';
import { partitionOf } from '../../partition.ts';
import type { ServiceHost } from '../../service.ts';
import type { Collection } from '../../store/store.ts';

export interface DistributionRecord {
  /** `E2QWRUHAPOMQZL` */
  readonly id: string;
  readonly etag: string;
  /** Epoch milliseconds. */
  readonly modified: number;
  readonly config: DistributionConfig;
  readonly tags: Readonly<Record<string, string>>;
}

export interface CloudFrontState {
  /** Keys: `account/id`. */
  readonly distributions: Collection<DistributionRecord>;
  readonly host: ServiceHost;
}

export const createCloudFrontState = (host: ServiceHost): CloudFrontState => ({
  distributions: host.store.collection<DistributionRecord>('cloudfront.distributions'),
  host,
});

export const accountPrefix = ({ account }: Pick<Scope, 'account'>): string => `${account}/`;
export const distributionKey = (scope: Scope, id: string): string => accountPrefix(scope) + id;

export const distributionArn = ({ account, region }: Scope, id: string): string =>
  `arn:${partitionOf(region)}:cloudfront::${account}:distribution/${id}`;

/** @throws NoSuchDistribution */
export function requireDistribution(state: CloudFrontState, scope: Scope, id = ''): DistributionRecord {
  const found = state.distributions.get(distributionKey(scope, id));
  if (found) return found;
  throw new NoSuchDistribution({ message: 'The specified distribution does not exist.', $metadata: {} });
}
