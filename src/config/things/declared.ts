// Turns the sections for queues, topics, buckets, tables and streams into the project's things, with their good defaults.

import { nullsIn, withoutNulls } from '../nulls.ts';
import type { FunctionConfig } from '../project.ts';
import {
  type QueueConfig,
  sectionOf,
  type TableConfig,
  type ThingConfig,
  type ThingFile,
  type ThingKind,
  type ThingSections,
  thingKinds,
} from './kinds.ts';
import { triggeredBy } from './triggers.ts';

/** AWS recommends it for a queue that triggers a function. */
const visibilityFactor = 6;
/** 14 days, the longest: nobody looks into a dead-letter queue at once. */
const deadLetterRetention = 1_209_600;

/** The things of the file; one that is null (in a stage) does not exist. */
export function declaredThings(sections: ThingSections): ThingConfig[] {
  const declared = thingKinds.flatMap((kind) =>
    Object.entries(sections[sectionOf[kind]] ?? {}).flatMap(([key, file]) =>
      file === null ? [] : [toThing(kind, key, file as ThingFile<ThingKind>)],
    ),
  );
  return [...declared, ...deadLetterQueues(declared)];
}

/** The things with what follows for them from the triggers of functions. */
export function withDefaults(
  things: readonly ThingConfig[],
  functions: readonly FunctionConfig[],
): ThingConfig[] {
  return things.map((thing) => {
    if (thing.kind === 'queue') return withVisibility(thing, functions);
    return thing.kind === 'table' ? withStream(thing, functions) : thing;
  });
}

function toThing(kind: ThingKind, key: string, file: ThingFile<ThingKind>): ThingConfig {
  const { name, retain = false, tags, ...fields } = file;
  const common = { key, name, retain, tags: withoutNulls(tags), leavingTags: nullsIn(tags) };
  return { kind, ...common, fields } as ThingConfig;
}

/** Whether the queue is a FIFO queue, or the topic a FIFO topic. */
export function isFifo({ name, fields }: Pick<QueueConfig, 'name'> & { fields: Fifo }): boolean {
  return fields.fifo ?? fields.fifoQueue ?? fields.fifoTopic ?? name?.endsWith('.fifo') ?? false;
}
interface Fifo {
  readonly fifo?: boolean;
  readonly fifoQueue?: boolean;
  readonly fifoTopic?: boolean;
}

function withVisibility(queue: QueueConfig, functions: readonly FunctionConfig[]): QueueConfig {
  if (queue.fields.visibilityTimeout !== undefined) return queue;
  const timeouts = triggeredBy('queue', queue.key, functions).map(({ settings }) => settings.Timeout ?? 3);
  if (timeouts.length === 0) return queue;
  const visibilityTimeout = Math.min(visibilityFactor * Math.max(...timeouts), 43_200);
  return { ...queue, fields: { ...queue.fields, visibilityTimeout } };
}

/** A trigger needs the stream of the table. */
function withStream(table: TableConfig, functions: readonly FunctionConfig[]): TableConfig {
  if (table.fields.stream !== undefined || triggeredBy('table', table.key, functions).length === 0)
    return table;
  return { ...table, fields: { ...table.fields, stream: 'NEW_AND_OLD_IMAGES' } };
}

/** The key of the queue that `deadLetter: 3` makes. */
export function deadLetterKey(key: string): string {
  return `${key}-dlq`;
}

/** The queues behind those that say `deadLetter: 3`; not those that slsctl.yml declares itself. */
function deadLetterQueues(things: readonly ThingConfig[]): QueueConfig[] {
  const queues = things.filter((thing) => thing.kind === 'queue');
  return queues.flatMap((queue): QueueConfig[] => {
    const key = deadLetterKey(queue.key);
    if (typeof queue.fields.deadLetter !== 'number' || queues.some((one) => one.key === key)) return [];
    const { kmsMasterKeyId } = queue.fields;
    return [
      {
        ...queue,
        key,
        name: queue.name === undefined ? undefined : queue.name.replace(/(\.fifo)?$/, '-dlq$1'),
        fields: {
          messageRetentionPeriod: deadLetterRetention,
          ...(isFifo(queue) ? { fifoQueue: true } : {}),
          ...(kmsMasterKeyId ? { kmsMasterKeyId } : {}),
        },
      },
    ];
  });
}
