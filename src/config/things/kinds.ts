// What a project makes for itself beside functions and layers, as slsctl.yml declares it.
import type * as z from 'zod';
import type { Names } from '../nulls.ts';
import type { thingSections } from '../schema/things/all.ts';

/** The section of slsctl.yml for each kind. */
export const sectionOf = {
  bucket: 'buckets',
  queue: 'queues',
  topic: 'topics',
  table: 'tables',
  stream: 'streams',
  'state machine': 'stateMachines',
} as const;

export type ThingKind = keyof typeof sectionOf;

/** The word for a kind in references: `${stateMachine:orders}`. */
export const referenceKind = (kind: ThingKind): string => (kind === 'state machine' ? 'stateMachine' : kind);

export const thingKinds = Object.keys(sectionOf) as ThingKind[];

type Section<Kind extends ThingKind> = NonNullable<z.infer<(typeof thingSections)[(typeof sectionOf)[Kind]]>>;
/** The fields of a thing in slsctl.yml. */
export type ThingFile<Kind extends ThingKind> = NonNullable<Section<Kind>[string]>;

/** The sections of the file, merged with the stage. */
export type ThingSections = { readonly [Kind in ThingKind as (typeof sectionOf)[Kind]]?: Section<Kind> };

/** The fields of a kind without those that all kinds have. null: back to AWS's default. */
export type ThingFields<Kind extends ThingKind> = Omit<ThingFile<Kind>, 'name' | 'retain' | 'tags'>;

interface Thing<Kind extends ThingKind> {
  readonly kind: Kind;
  /** The key in its section of slsctl.yml. */
  readonly key: string;
  /** The declared name; undefined: it follows from project, key and stage. */
  readonly name?: string;
  readonly retain: boolean;
  /** Declared tags. The resources add the ownership tags. */
  readonly tags: Record<string, string>;
  /** Tags that are `null` in the file. */
  readonly leavingTags: Names;
  readonly fields: ThingFields<Kind>;
}

export type QueueConfig = Thing<'queue'>;
export type TopicConfig = Thing<'topic'>;
export type BucketConfig = Thing<'bucket'>;
export type TableConfig = Thing<'table'>;
export type StreamConfig = Thing<'stream'>;
export type StateMachineConfig = Thing<'state machine'>;
export type ThingConfig =
  | QueueConfig
  | TopicConfig
  | BucketConfig
  | TableConfig
  | StreamConfig
  | StateMachineConfig;
