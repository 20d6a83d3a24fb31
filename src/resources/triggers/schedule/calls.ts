// Schedules and their groups, by the operations of EventBridge Scheduler. Loaded when a schedule is called.
import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  type CreateScheduleInput,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  type GetScheduleOutput,
  ListTagsForResourceCommand,
  paginateListSchedules,
  type ScheduleSummary,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import type { Aws } from '../../../aws/aws.ts';
import { allItems } from '../../../aws/pages.ts';
import { forRevisions, lookUntil, type Patience, tryWhile } from '../../../engine/patience.ts';
import { absent } from '../../absent.ts';
import { type Tags, tagList, tagRecord } from '../../owned/ownership.ts';

export interface ScheduleName {
  readonly group: string;
  readonly name: string;
}

export type Schedule = GetScheduleOutput;

export async function readSchedule(aws: Aws, { group, name }: ScheduleName): Promise<Schedule | undefined> {
  const client = await aws.scheduler();
  return absent(() => client.send(new GetScheduleCommand({ GroupName: group, Name: name })));
}

/** Of this group, or of all. */
export async function listSchedules(aws: Aws, GroupName?: string): Promise<ScheduleSummary[]> {
  const pages = paginateListSchedules({ client: await aws.scheduler() }, { GroupName });
  return (await absent(() => allItems(pages, ({ Schedules }) => Schedules))) ?? [];
}

export async function putSchedule(
  aws: Aws,
  request: CreateScheduleInput,
  { exists, patience, isNew }: { exists: boolean; patience: Patience; isNew(error: unknown): boolean },
): Promise<void> {
  const client = await aws.scheduler();
  const call = (): Promise<unknown> =>
    exists
      ? client.send(new UpdateScheduleCommand(request))
      : client.send(new CreateScheduleCommand(request));
  await tryWhile(() => settled(call), isNew, patience);
}

export async function deleteSchedule(aws: Aws, { group, name }: ScheduleName): Promise<void> {
  const client = await aws.scheduler();
  const command = new DeleteScheduleCommand({ GroupName: group, Name: name });
  await absent(() => settled(() => client.send(command)));
}

/** undefined: there is none, or AWS is deleting it. */
export async function readGroup(aws: Aws, Name: string, ResourceArn: string): Promise<Tags | undefined> {
  const client = await aws.scheduler();
  const [group, tags] = await Promise.all([
    absent(() => client.send(new GetScheduleGroupCommand({ Name }))),
    absent(() => client.send(new ListTagsForResourceCommand({ ResourceArn }))),
  ]);
  return group && group.State !== 'DELETING' ? tagRecord(tags?.Tags) : undefined;
}

/** A group of the same name may still be on its way out. */
export async function createGroup(aws: Aws, Name: string, tags: Tags): Promise<void> {
  const client = await aws.scheduler();
  await settled(() => client.send(new CreateScheduleGroupCommand({ Name, Tags: tagList(tags) })));
}

export async function tagGroup(aws: Aws, ResourceArn: string, tags: Tags, gone: string[]): Promise<void> {
  const client = await aws.scheduler();
  if (Object.keys(tags).length > 0) {
    await client.send(new TagResourceCommand({ ResourceArn, Tags: tagList(tags) }));
  }
  if (gone.length > 0) await client.send(new UntagResourceCommand({ ResourceArn, TagKeys: gone }));
}

/** Takes its schedules along. Resolves when it is gone. */
export async function deleteGroup(aws: Aws, Name: string): Promise<void> {
  const client = await aws.scheduler();
  await absent(() => settled(() => client.send(new DeleteScheduleGroupCommand({ Name }))));
  await lookUntil(
    () => absent(() => client.send(new GetScheduleGroupCommand({ Name }))),
    (group) => group === undefined,
    forRevisions,
  );
}

/** Scheduler refuses a change while it makes another one. */
function settled<T>(call: () => Promise<T>): Promise<T> {
  return tryWhile(call, (error) => (error as Error).name === 'ConflictException', forRevisions);
}
