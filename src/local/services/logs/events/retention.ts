// The retention of log groups.
import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import type { Handlers } from '../../../service.ts';
import { unsatisfied } from '../errors.ts';
import { type GroupRecord, groupKey, type LogsState, requireGroup } from '../state.ts';

/** Days, from the reference of PutRetentionPolicy. */
const allowed = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Events before this time (epoch milliseconds) have expired; 0 when events never expire. */
export function expiryOf(group: GroupRecord, now: number): number {
  return group.retentionInDays === undefined ? 0 : now - group.retentionInDays * 86_400_000;
}

export const retention: Handlers<typeof sdk, LogsState> = {
  PutRetentionPolicy({ logGroupName, retentionInDays }, { call, state }) {
    if (retentionInDays === undefined || !allowed.includes(retentionInDays)) {
      const constraint = `Member must satisfy enum value set: [${allowed.join(', ')}]`;
      throw unsatisfied(retentionInDays, 'retentionInDays', constraint);
    }
    const group = requireGroup(state, call, logGroupName ?? '');
    state.groups.put(groupKey(call, group.name), { ...group, retentionInDays });
    state.swept.delete(group.id);
    return {};
  },

  DeleteRetentionPolicy({ logGroupName }, { call, state }) {
    const { retentionInDays: _, ...group } = requireGroup(state, call, logGroupName ?? '');
    state.groups.put(groupKey(call, group.name), group);
    return {};
  },
};
