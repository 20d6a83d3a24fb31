// Tagging, untagging and listing tags: the same for roles, users and policies.
import type { Tag as WireTag } from '@aws-sdk/client-iam';
import type { Call } from '../../call.ts';
import { overLimit } from './errors.ts';
import type { Paging } from './page.ts';
import type { IamState, Tag } from './state.ts';
import { checkedKeys, checkedTags, type KeyRule, tagPage, withoutTags, withTags } from './tags.ts';

export interface Taggable<T> {
  /** The word in operation names and quotas: `Role`. */
  readonly noun: string;
  readonly rule: KeyRule;
  /** The resource with this name or ARN. `operation` is the one that will change it; absent when it is only read. */
  find(state: IamState, call: Call, id: string | undefined, operation?: string): T;
  save(state: IamState, account: string, thing: T): void;
}

export const mostTags = (noun: string) => overLimit(`Cannot exceed quota for TagsPer${noun}: 50`);

export const tagOperations = <T extends { readonly tags: readonly Tag[] }>({
  noun,
  rule,
  find,
  save,
}: Taggable<T>) => ({
  /** @throws LimitExceededException, and the errors of `find` and `checkedTags` */
  tag(state: IamState, call: Call, id: string | undefined, wanted: readonly WireTag[] | undefined) {
    const added = checkedTags(wanted, rule);
    const thing = find(state, call, id, `Tag${noun}`);
    const tags = withTags(thing.tags, added, rule);
    if (tags.length > 50) throw mostTags(noun);
    save(state, call.account, { ...thing, tags });
    return {};
  },

  untag(state: IamState, call: Call, id: string | undefined, given: readonly string[] | undefined) {
    const keys = checkedKeys(given);
    const thing = find(state, call, id, `Untag${noun}`);
    save(state, call.account, { ...thing, tags: withoutTags(thing.tags, keys, rule) });
    return {};
  },

  list: (state: IamState, call: Call, id: string | undefined, paging: Paging) =>
    tagPage(find(state, call, id).tags, paging),
});
