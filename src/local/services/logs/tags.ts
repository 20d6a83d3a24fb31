// Tags of log groups, by the ARN of the group or, in the older operations, by its name.

import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { TooManyTagsException } from '@aws-sdk/client-cloudwatch-logs';
import type { Call } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { checkLength } from './checks.ts';
import { type GroupRecord, groupKey, groupOfArn, type LogsState, requireGroup } from './state.ts';

/** @throws InvalidParameterException for a key or value out of bounds, TooManyTagsException above fifty tags */
export function checkTags(tags: Readonly<Record<string, string>>, resourceName: string): void {
  for (const [key, value] of Object.entries(tags)) {
    checkLength(key, 'tags', 1, 128);
    checkLength(value, 'tags', 0, 256);
  }
  if (Object.keys(tags).length > 50)
    throw new TooManyTagsException({
      message: 'The resource can have at most 50 tags.',
      resourceName,
      $metadata: {},
    });
}

function add(state: LogsState, call: Call, group: GroupRecord, more: Record<string, string>): void {
  const tags = { ...group.tags, ...more };
  checkTags(tags, group.name);
  state.groups.put(groupKey(call, group.name), { ...group, tags });
}

function drop(state: LogsState, call: Call, group: GroupRecord, keys: readonly string[]): void {
  const tags = Object.fromEntries(Object.entries(group.tags).filter(([key]) => !keys.includes(key)));
  state.groups.put(groupKey(call, group.name), { ...group, tags });
}

export const tags: Handlers<typeof sdk, LogsState> = {
  TagResource(input, { call, state }) {
    add(state, call, groupOfArn(state, call, input.resourceArn ?? ''), input.tags ?? {});
    return {};
  },

  UntagResource(input, { call, state }) {
    drop(state, call, groupOfArn(state, call, input.resourceArn ?? ''), input.tagKeys ?? []);
    return {};
  },

  ListTagsForResource(input, { call, state }) {
    return { tags: { ...groupOfArn(state, call, input.resourceArn ?? '').tags } };
  },

  TagLogGroup(input, { call, state }) {
    add(state, call, requireGroup(state, call, input.logGroupName ?? ''), input.tags ?? {});
    return {};
  },

  UntagLogGroup(input, { call, state }) {
    drop(state, call, requireGroup(state, call, input.logGroupName ?? ''), input.tags ?? []);
    return {};
  },

  ListTagsLogGroup(input, { call, state }) {
    return { tags: { ...requireGroup(state, call, input.logGroupName ?? '').tags } };
  },
};
