// Tags of state machines and activities.
import type * as sdk from '@aws-sdk/client-sfn';
import type { Tag } from '@aws-sdk/client-sfn';
import { scopePrefix } from '../../../call.ts';
import type { TaggedResource, TaggedResources } from '../../../faces.ts';
import type { Handlers } from '../../../service.ts';
import type { Collection } from '../../../store/store.ts';
import { noResource } from '../errors.ts';
import { machineKey, parseArn, type StatesState, wrongKind } from '../state.ts';

type Tags = Readonly<Record<string, string>>;

interface Tagged {
  readonly arn: string;
  readonly tags: Tags;
}

export const tagsOf = (list: readonly Tag[] | undefined): Tags =>
  Object.fromEntries((list ?? []).map(({ key = '', value = '' }) => [key, value]));

export const tags: Handlers<typeof sdk, StatesState> = {
  TagResource({ resourceArn = '', tags: given }, { state }) {
    const { record, put } = required(state, resourceArn);
    put({ ...record.tags, ...tagsOf(given) });
    return {};
  },

  UntagResource({ resourceArn = '', tagKeys = [] }, { state }) {
    const { record, put } = required(state, resourceArn);
    put(Object.fromEntries(Object.entries(record.tags).filter(([name]) => !tagKeys.includes(name))));
    return {};
  },

  ListTagsForResource({ resourceArn = '' }, { state }) {
    const { record } = required(state, resourceArn);
    return { tags: Object.entries(record.tags).map(([key, value]) => ({ key, value })) };
  },
};

/** @throws ResourceNotFound, InvalidArn */
function required(state: StatesState, arn: string): { record: Tagged; put(tags: Tags): void } {
  const parsed = parseArn(arn);
  if (parsed && parsed.kind !== 'stateMachine' && parsed.kind !== 'activity') throw wrongKind(parsed.kind);
  const key = parsed && parsed.rest === undefined ? machineKey(parsed, parsed.name) : '';
  const collection = (parsed?.kind === 'activity' ? state.activities : state.machines) as Collection<Tagged>;
  const record = collection.get(key);
  if (!record) throw noResource(arn);
  return { record, put: (all) => collection.put(key, { ...record, tags: all }) };
}

export const taggedStates = (state: StatesState): TaggedResources => ({
  *list(call) {
    for (const type of ['stateMachine', 'activity'] as const) {
      const collection = (type === 'activity' ? state.activities : state.machines) as Collection<Tagged>;
      for (const [key, record] of collection.entries(scopePrefix(call))) {
        yield {
          arn: record.arn,
          type: `states:${type}`,
          tags: record.tags,
          retag: (all) => collection.put(key, { ...record, tags: all }),
        } satisfies TaggedResource;
      }
    }
  },
});
