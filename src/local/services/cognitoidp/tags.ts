// Tags of user pools.
import type * as sdk from '@aws-sdk/client-cognito-identity-provider';
import { type Call, scopePrefix } from '../../call.ts';
import type { TaggedResource, TaggedResources } from '../../faces.ts';
import type { Handlers } from '../../service.ts';
import { type CognitoState, type PoolRecord, poolArn, poolKey, requirePool } from './state.ts';

export const poolTags: Handlers<typeof sdk, CognitoState> = {
  TagResource({ ResourceArn, Tags = {} }, { state, call }) {
    const pool = poolAt(state, call, ResourceArn);
    pool.retag({ ...pool.tags, ...Tags });
    return {};
  },

  UntagResource({ ResourceArn, TagKeys = [] }, { state, call }) {
    const pool = poolAt(state, call, ResourceArn);
    pool.retag(Object.fromEntries(Object.entries(pool.tags).filter(([key]) => !TagKeys.includes(key))));
    return {};
  },

  ListTagsForResource({ ResourceArn }, { state, call }) {
    return { Tags: { ...poolAt(state, call, ResourceArn).tags } };
  },
};

export const taggedPools = (state: CognitoState): TaggedResources => ({
  *list(call) {
    for (const [, pool] of state.pools.entries(scopePrefix(call))) yield tagged(state, call, pool);
  },
});

const tagged = (state: CognitoState, call: Call, pool: PoolRecord): TaggedResource => ({
  arn: poolArn(call, pool.id),
  type: 'cognito-idp:userpool',
  tags: pool.tags,
  retag: (tags) => state.pools.put(poolKey(call, pool.id), { ...pool, tags }),
});

/** @throws ResourceNotFoundException */
const poolAt = (state: CognitoState, call: Call, arn = ''): TaggedResource =>
  tagged(state, call, requirePool(state, call, arn.slice(arn.lastIndexOf('/') + 1)));
