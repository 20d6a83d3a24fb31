// What queues, topics, buckets, tables and streams of a project have in common: tags with the owner, and data that is kept.
import type { Aws } from '../../aws/aws.ts';
import type { Names } from '../../config/project.ts';
import { forReads, lookUntil, type Patience, waiting } from '../../engine/patience.ts';
import type { Change, Kept, Owner, Report } from '../../engine/resource.ts';
import { differences, isRecord, sameJson } from '../compare.ts';
import { type Identity, OwnedResource } from '../owned/owned-resource.ts';
import { changedTags, leavingTags, type Tags, tagChanges, withoutOwner } from '../owned/ownership.ts';

/** Marks a thing whose slsctl.yml says `retain: true`, so that it is kept even when no file names it any more. */
export const retainTag = 'slsctl:retain';

export interface ThingIdentity extends Identity {
  /** --delete-data: it is removed with what it holds. */
  deleteData?: boolean;
  /** It is never removed. */
  retain?: boolean;
}

export interface LiveThing {
  readonly tags: Tags;
}

export abstract class ThingResource<Live extends LiveThing> extends OwnedResource<Live> {
  /** --delete-data was given. */
  protected readonly deletesData: boolean;
  private readonly retains: boolean;

  constructor(aws: Aws, { deleteData = false, retain = false, ...identity }: ThingIdentity) {
    super(aws, identity);
    this.deletesData = deleteData;
    this.retains = retain;
  }

  /** The data that its removal would lose, in words; undefined: none. */
  protected abstract holds(live: Live): string | undefined;

  keeps(live: Live): Kept | undefined {
    if (this.retains) return { reason: 'slsctl.yml says retain: true', data: false };
    if (retainTag in live.tags) {
      return { reason: 'its slsctl.yml said retain: true when it was deployed', data: false };
    }
    const held = this.deletesData ? undefined : this.holds(live);
    return held === undefined
      ? undefined
      : { reason: `it holds ${held}; --delete-data removes it`, data: true };
  }

  loss(live: Live): string | undefined {
    return this.holds(live);
  }

  /** Its addresses beside the name, as functions get them: a URL, an ARN. */
  addresses(_live: Live): readonly string[] {
    return [];
  }

  protected marks({ tags }: Live): Tags {
    return tags;
  }

  /** The changes that bring the live tags to the declared ones. */
  protected tagChanges(declared: DeclaredTags, live: Live | undefined): Change[] {
    const foreign = live !== undefined && this.foreign(live) !== undefined;
    const all = newTags(declared);
    const changes = tagChanges(foreign ? withoutOwner(all) : all, live?.tags, declared.leavingTags, {
      marks: live !== undefined && this.takenOver(live),
    });
    const mark = live?.tags[retainTag];
    if (mark !== undefined && !declared.retain && !foreign) {
      changes.push({ path: `Tags.${retainTag}`, from: mark, to: undefined });
    }
    return changes;
  }
}

export interface DeclaredTags {
  owner: Owner;
  /** Includes the ownership tags. */
  tags: Tags;
  leavingTags?: Names;
  retain?: boolean;
}

/** The tags that a new thing gets. */
export function newTags({ tags, retain }: DeclaredTags): Tags {
  return { ...tags, ...(retain ? { [retainTag]: 'yes' } : {}) };
}

/** The changes of declared settings. A document is compared and replaced as a whole. */
export function settingChanges(
  declared: Readonly<Record<string, unknown>>,
  live: Readonly<Record<string, unknown>> | undefined,
): Change[] {
  return Object.entries(declared).flatMap(([path, to]) => {
    const from = live?.[path];
    if (!isRecord(to)) return differences(to, from, path);
    return sameJson(from, to) || (isEmptyMap(to) && isEmptyMap(from ?? {})) ? [] : [{ path, from, to }];
  });
}

function isEmptyMap(value: unknown): boolean {
  return isRecord(value) && Object.keys(value).length === 0;
}

/** Makes the changes of tags by the two operations of a service. */
export async function applyTags(
  declared: DeclaredTags,
  live: LiveThing,
  changes: readonly Change[],
  write: { tag(tags: Tags): Promise<unknown>; untag(keys: string[]): Promise<unknown> },
): Promise<void> {
  const added = changedTags(newTags(declared), changes, live.tags);
  const gone = leavingTags(changes);
  await Promise.all([
    Object.keys(added).length > 0 && write.tag(added),
    gone.length > 0 && write.untag(gone),
  ]);
}

/** Paths of changed settings, without those of tags: `RedrivePolicy` for `RedrivePolicy.maxReceiveCount`. */
export function changedSettings(changes: readonly Change[]): Set<string> {
  return new Set(changes.map(({ path }) => path.split('.')[0] as string).filter((path) => path !== 'Tags'));
}

/** Reads until the declaration is met, or until AWS shows it no sooner. */
export async function shown<Live>(
  resource: { read(): Promise<Live | undefined>; diff(live: Live | undefined): Change[] },
  service: string,
  { report, patience = forReads }: { report?: Report; patience?: Patience } = {},
): Promise<Live | undefined> {
  return lookUntil(
    () => resource.read(),
    (live) => live !== undefined && resource.diff(live).length === 0,
    { ...patience, onWait: waiting(report, `${service} to show the change`) },
  );
}

/** The addresses of a thing; none of any other resource. */
export function addressesIn(resource: object, live: unknown): readonly string[] {
  return live !== undefined && resource instanceof ThingResource ? resource.addresses(live) : [];
}
