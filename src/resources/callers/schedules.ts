// Schedules of EventBridge Scheduler.
import { paginateListSchedules } from '@aws-sdk/client-scheduler';
import { allItems } from '../../aws/pages.ts';
import type { CallerKind } from './caller.ts';

export const schedules: CallerKind = {
  what: 'schedules',
  async find({ aws, isNamed }) {
    const pages = paginateListSchedules({ client: await aws.scheduler() }, {});
    const all = await allItems(pages, ({ Schedules }) => Schedules);
    return all.flatMap(({ Name = '', GroupName = 'default', Target }) => {
      const arn = Target?.Arn;
      if (!isNamed(arn)) return [];
      return {
        kind: 'schedule',
        name: GroupName === 'default' ? Name : `${Name} of group ${GroupName}`,
        arn,
        removal: ['aws', 'scheduler', 'delete-schedule', '--name', Name, '--group-name', GroupName],
      };
    });
  },
};
