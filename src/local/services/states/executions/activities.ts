// Activities, and the tasks that their workers take.
import type * as sdk from '@aws-sdk/client-sfn';
import { scopePrefix } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { page } from '../../pages.ts';
import { invalid, noActivity } from '../errors.ts';
import { checkName, limitOf } from '../machines/checks.ts';
import { tagsOf } from '../machines/tags.ts';
import type { ActivityRecord } from '../records.ts';
import { activityArn, machineKey, parseArn, type StatesState } from '../state.ts';
import { take } from '../tasks/activity-queue.ts';

/** How long a worker waits, in milliseconds. */
const longestWait = 60_000;

export const activities: Handlers<typeof sdk, StatesState> = {
  CreateActivity({ name = '', tags }, { state, call }) {
    checkName(name);
    const key = machineKey(call, name);
    const existing = state.activities.get(key);
    const activity = existing ?? {
      name,
      arn: activityArn(call, name),
      created: state.host.now(),
      tags: tagsOf(tags),
    };
    if (!existing) state.activities.put(key, activity);
    return { activityArn: activity.arn, creationDate: new Date(activity.created) };
  },

  DescribeActivity({ activityArn: arn = '' }, { state }) {
    return described(required(state, arn));
  },

  ListActivities({ maxResults, nextToken }, { state, call }) {
    const all = Array.from(state.activities.entries(scopePrefix(call)), ([, activity]) => activity);
    const { items, next } = page(
      all,
      ({ name }) => name,
      nextToken,
      limitOf(maxResults),
      () => invalid('Invalid Token'),
    );
    return { activities: items.map(described), ...(next === undefined ? {} : { nextToken: next }) };
  },

  DeleteActivity({ activityArn: arn = '' }, { state }) {
    const parsed = parseArn(arn);
    if (parsed) state.activities.remove(machineKey(parsed, parsed.name));
    return {};
  },

  async GetActivityTask({ activityArn: arn = '', workerName }, { state, call }) {
    required(state, arn);
    const task = await take(state, arn, workerName, longestWait, call.signal);
    return task ? { taskToken: task.token, input: task.input } : {};
  },
};

const described = ({ arn, name, created }: ActivityRecord) => ({
  activityArn: arn,
  name,
  creationDate: new Date(created),
});

/** @throws ActivityDoesNotExist, InvalidArn */
function required(state: StatesState, arn: string): ActivityRecord {
  const parsed = parseArn(arn);
  const activity =
    parsed?.kind === 'activity' ? state.activities.get(machineKey(parsed, parsed.name)) : undefined;
  if (!activity) throw noActivity(arn);
  return activity;
}
