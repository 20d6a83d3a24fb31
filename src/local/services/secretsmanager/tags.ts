// Tags of secrets.
import type * as sdk from '@aws-sdk/client-secrets-manager';
import type { Handlers } from '../../service.ts';
import { fromTagList } from '../tag-lists.ts';
import { checkTags } from './checks.ts';
import { findUsable, type SecretsState, save } from './state.ts';

export const tags: Handlers<typeof sdk, SecretsState> = {
  TagResource({ SecretId, Tags = [] }, { state, call }) {
    const secret = findUsable(state, call, SecretId);
    const all = { ...secret.tags, ...fromTagList(Tags) };
    checkTags(all);
    save(state, call, { ...secret, tags: all });
    return {};
  },

  UntagResource({ SecretId, TagKeys = [] }, { state, call }) {
    const secret = findUsable(state, call, SecretId);
    const kept = Object.entries(secret.tags).filter(([key]) => !TagKeys.includes(key));
    save(state, call, { ...secret, tags: Object.fromEntries(kept) });
    return {};
  },
};
