// EventBridge Scheduler composed with the local SQS, EventBridge, IAM and STS, on a clock of the test.
import { compose } from '../../../../src/local/compose.ts';
import type { Faces } from '../../../../src/local/faces.ts';
import { createEventsService } from '../../../../src/local/services/events/service.ts';
import { createIamService } from '../../../../src/local/services/iam/service.ts';
import { createSchedulerService } from '../../../../src/local/services/scheduler/service.ts';
import { createSqsService } from '../../../../src/local/services/sqs/service.ts';
import { createStsService } from '../../../../src/local/services/sts/service.ts';
import type { Store } from '../../../../src/local/store/store.ts';
import { account, callerOf } from '../../call.ts';
import { standIn, surroundings } from '../../composed.ts';
import { memoryStore } from '../../memory-store.ts';
import { functionArn, recorders } from '../events/fixture.ts';

export const roleArn = (name: string): string => `arn:aws:iam::${account}:role/${name}`;

export async function fixture(store: Store = memoryStore()) {
  const clock = { now: Date.parse('2024-05-01T10:00:00Z') };
  const { faces, ...recorded } = recorders();
  const local = compose(
    {
      createSchedulerService,
      createEventsService,
      createSqsService,
      createIamService,
      createStsService,
      others: standIn(faces),
    },
    surroundings({ store, now: () => clock.now }),
  );
  const service = local.of(createSchedulerService);
  const scheduler = callerOf(service);
  const events = callerOf(local.of(createEventsService));
  const sqs = callerOf(local.of(createSqsService));
  const iam = callerOf(local.of(createIamService));
  const queues = local.of(createSqsService).faces?.queues as NonNullable<Faces['queues']>;

  async function role(RoleName: string, Action: string[] = ['*'], trusted = 'scheduler.amazonaws.com') {
    const statement = { Effect: 'Allow', Principal: { Service: trusted }, Action: 'sts:AssumeRole' };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await iam('CreateRole', { RoleName, AssumeRolePolicyDocument });
    const Statement = [{ Effect: 'Allow', Action, Resource: '*' }];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam('PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument });
    return roleArn(RoleName);
  }
  const RoleArn = await role('runner').catch(() => roleArn('runner'));

  /** A schedule of a function; `target` and the rest change it. */
  const create = (
    ScheduleExpression: string,
    { target = {}, ...rest }: { target?: object; [member: string]: unknown } = {},
  ) =>
    scheduler('CreateSchedule', {
      Name: 's',
      ScheduleExpression,
      FlexibleTimeWindow: { Mode: 'OFF' },
      ...rest,
      Target: { Arn: functionArn('f'), RoleArn, ...target },
    });
  /** Lets time pass, and starts what is due. */
  const pass = (milliseconds: number): void => {
    clock.now += milliseconds;
    service.resume?.();
  };
  return {
    ...recorded,
    clock,
    local,
    service,
    scheduler,
    events,
    sqs,
    queues,
    role,
    RoleArn,
    create,
    pass,
    store,
  };
}
