// The user pools in the store, and their keys.
import {
  InvalidParameterException,
  ResourceNotFoundException,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import { type Scope, scopePrefix } from '../../call.ts';
import { partitionOf } from '../../partition.ts';
import type { ServiceHost } from '../../service.ts';
import type { Collection } from '../../store/store.ts';

export interface PoolRecord {
  /** `us-east-1_AbCdEfGhI` */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly created: number;
  readonly modified: number;
  /** What requests said, and AWS's defaults for the rest. Id, ARN, dates and tags stand apart. */
  readonly settings: UserPoolType;
  readonly tags: Readonly<Record<string, string>>;
}

export interface CognitoState {
  /** Keys: `account/region/id`. */
  readonly pools: Collection<PoolRecord>;
  readonly host: ServiceHost;
}

export const createCognitoState = (host: ServiceHost): CognitoState => ({
  pools: host.store.collection<PoolRecord>('cognito-idp.pools'),
  host,
});

export const poolKey = (scope: Scope, id: string): string => scopePrefix(scope) + id;

export const poolArn = ({ account, region }: Scope, id: string): string =>
  `arn:${partitionOf(region)}:cognito-idp:${region}:${account}:userpool/${id}`;

export const invalid = (message: string) => new InvalidParameterException({ message, $metadata: {} });

/** @throws ResourceNotFoundException, InvalidParameterException for an id that is none */
export function requirePool(state: CognitoState, scope: Scope, id = ''): PoolRecord {
  if (!/^[\w-]+_[0-9a-zA-Z]+$/.test(id)) {
    throw invalid(
      `1 validation error detected: Value '${id}' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+`,
    );
  }
  const pool = state.pools.get(poolKey(scope, id));
  if (pool) return pool;
  throw new ResourceNotFoundException({ message: `User pool ${id} does not exist.`, $metadata: {} });
}
