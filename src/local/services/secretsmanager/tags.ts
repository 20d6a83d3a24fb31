// Tags of secrets.
import type * as sdk from '@aws-sdk/client-secrets-manager';
import type { Tag } from '@aws-sdk/client-secrets-manager';
import type { Handlers } from '../../service.ts';
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

export const fromTagList = (tags: readonly Tag[]): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));

export const toTagList = (tags: Readonly<Record<string, string>>): Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
