// The local EventBridge Scheduler: schedules and their groups.
import * as sdk from '@aws-sdk/client-scheduler';
import type { Service, ServiceHost } from '../../service.ts';
import { failed, throttled } from './errors.ts';
import { Executions } from './executions.ts';
import { groups, taggedGroups } from './groups.ts';
import { Runs } from './runs.ts';
import { schedules } from './schedules.ts';
import { createSchedulerState, type SchedulerState } from './state.ts';

export function createSchedulerService(host: ServiceHost): Service<typeof sdk, SchedulerState> {
  const state = createSchedulerState(host);
  const executions = new Executions(state);
  const runs = new Runs(state, executions);
  return {
    name: 'scheduler',
    protocol: 'rest-json',
    apiVersion: '2021-06-30',
    sdk,
    handlers: { ...groups, ...schedules(runs) },
    state,
    tagged: taggedGroups(state),
    faulty: () => ({ throttle: throttled(), 500: failed() }),
    resume() {
      executions.resume();
      runs.ring();
    },
    async close() {
      executions.close();
      runs.close();
    },
  };
}
