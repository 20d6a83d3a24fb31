// Runs of schedules on their way to their targets, with retries and dead-letter queues.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
import type { Target } from '@aws-sdk/client-scheduler';
import { Deliveries, type Failure } from '../../deliveries/deliveries.ts';
import { attributesOf, checkRole } from '../../deliveries/targets.ts';
import { noticeOnce } from '../../notices.ts';
import { principal } from './checks.ts';
import { inputOf } from './input.ts';
import type { Execution, SchedulerState } from './state.ts';
import { invoke } from './targets.ts';

export class Executions {
  private readonly state: SchedulerState;
  private readonly deliveries: Deliveries<Execution>;

  constructor(state: SchedulerState) {
    this.state = state;
    const work = {
      policy: ({ target: { RetryPolicy = {} } }: Execution) => ({
        retries: RetryPolicy.MaximumRetryAttempts ?? 185,
        maximumAge: (RetryPolicy.MaximumEventAgeInSeconds ?? 86_400) * 1000,
      }),
      send: (execution: Execution, failures: number) =>
        invoke(state.host, execution, inputOf(execution, failures + 1)),
      failed: (execution: Execution, failure: Failure) => this.failed(execution, failure),
    };
    this.deliveries = new Deliveries(state.waiting, work, state.host.now);
  }

  add(execution: Execution): void {
    this.deliveries.add(execution);
  }

  resume(): void {
    this.deliveries.resume();
  }

  close(): void {
    this.deliveries.close();
  }

  private failed(execution: Execution, { error, retries, exhausted }: Failure): void {
    const { id, schedule, scheduled, target } = execution;
    noticeOnce(`EventBridge Scheduler does not run ${schedule} with ${target.Arn}: ${error.message}`);
    const queue = target.DeadLetterConfig?.Arn;
    if (!queue) return;
    const attributes = attributesOf({
      ERROR_CODE: error.name,
      ERROR_MESSAGE: error.message,
      EXECUTION_ID: id,
      ...(exhausted ? { EXHAUSTED_RETRY_CONDITION: exhausted } : {}),
      IS_PAYLOAD_TRUNCATED: 'false',
      RETRY_ATTEMPTS: String(retries),
      SCHEDULED_TIME: `${new Date(scheduled).toISOString().slice(0, 19)}Z`,
      SCHEDULE_ARN: schedule,
      TARGET_ARN: target.Arn as string,
    });
    try {
      this.checkDeadLetterRole(target, queue);
      const body = inputOf(execution, retries + 1);
      this.state.host.face('queues').send(queue, { body, attributes });
    } catch (refused) {
      noticeOnce(
        `EventBridge Scheduler does not send dead letters of ${schedule} to ${queue}: ${(refused as Error).message}`,
      );
    }
  }

  private checkDeadLetterRole({ RoleArn = '' }: Target, queue: string): void {
    checkRole(this.state.host, { role: RoleArn, principal, action: 'sqs:SendMessage', arn: queue });
  }
}
