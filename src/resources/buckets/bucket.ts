// A bucket of Amazon S3 that the project makes. It is private, and kept while it has objects.
import type { Aws } from '../../aws/aws.ts';
import type { ThingFields } from '../../config/things/kinds.ts';
import type { Change, DeclaredResource, Report } from '../../engine/resource.ts';
import { exitCodes, UserError } from '../../errors/user-error.ts';
import { differences, sameJson } from '../compare.ts';
import { changedTags, leavingTags, type Tags } from '../owned/ownership.ts';
import {
  changedSettings,
  type DeclaredTags,
  newTags,
  shown,
  type ThingIdentity,
  ThingResource,
} from '../things/thing.ts';
import type { BucketPart, LiveBucket } from './live.ts';
import { liveShape, partsIn, type Shape, shapeOf } from './shape.ts';

const calls = () => import('./calls.ts');

export class BucketResource extends ThingResource<LiveBucket> {
  readonly kind = 'bucket';
  /** What is read of it beside access, encryption and tags. */
  protected readonly parts: readonly BucketPart[] = [];

  protected async find(): Promise<LiveBucket | undefined> {
    return (await calls()).readBucket(this.aws, this.name, this.parts);
  }

  /** With a count of what is in it. */
  async readToRemove(): Promise<LiveBucket | undefined> {
    const { contentsOf } = await import('./empty.ts');
    const [live, contents] = await Promise.all([this.read(), contentsOf(this.aws, this.name)]);
    return live && { ...live, contents };
  }

  protected holds({ contents }: LiveBucket): string | undefined {
    if (!contents) return 'its objects';
    const { objects, more, uploads } = contents;
    const count = objects === 1 ? '1 object' : `${objects} objects`;
    const parts = [
      ...(more ? [`more than ${objects} objects`] : objects > 0 ? [count] : []),
      ...(uploads > 0 ? [`${uploads} unfinished uploads`] : []),
    ];
    return parts.length > 0 ? parts.join(' and ') : undefined;
  }

  async remove(_live?: LiveBucket, report?: Report): Promise<void> {
    const { deleteEmpty, deleteWithContents } = await import('./empty.ts');
    // S3 refuses to delete a bucket that has got objects since it was counted.
    await (this.deletesData ? deleteWithContents : deleteEmpty)(this.aws, this.name, report);
  }
}

export interface BucketSettings extends ThingIdentity, DeclaredTags {
  owner: NonNullable<ThingIdentity['owner']>;
  fields: ThingFields<'bucket'>;
}

export class DeclaredBucket extends BucketResource implements DeclaredResource<LiveBucket> {
  private readonly settings: BucketSettings;
  private readonly declared: Shape;
  protected override readonly parts: readonly BucketPart[];

  constructor(aws: Aws, settings: BucketSettings) {
    super(aws, settings);
    this.settings = settings;
    this.declared = shapeOf(settings.fields);
    this.parts = partsIn(settings.fields);
  }

  diff(live: LiveBucket | undefined): Change[] {
    const now: Partial<Record<keyof Shape, unknown>> = live ? liveShape(live) : {};
    const { PublicAccessBlock, Encryption, Versioning, ...wholes } = this.declared;
    // A bucket without encryption is of a time before S3 encrypted everything.
    const encryption = Encryption ?? (live?.encryption ? undefined : { SSEAlgorithm: 'AES256' });
    return [
      ...differences(PublicAccessBlock, now.PublicAccessBlock, 'PublicAccessBlock'),
      ...differences(encryption, now.Encryption, 'Encryption'),
      ...(Versioning === 'Suspended' && !live ? [] : differences(Versioning, now.Versioning, 'Versioning')),
      ...Object.entries(wholes).flatMap(([path, to]): Change[] => {
        const from = now[path as keyof Shape];
        const same = sameJson(clean(from ?? null), clean(to ?? null));
        return same ? [] : [{ path, from: from ?? undefined, to: to ?? undefined }];
      }),
      ...this.tagChanges(this.settings, live),
    ];
  }

  async apply(live: LiveBucket | undefined, changes: Change[], report?: Report): Promise<LiveBucket> {
    const [{ writePart, writeTags, placeOf }, { createBucket, inTurn, onceKnown }, s3] = await Promise.all([
      calls(),
      import('./create.ts'),
      this.aws.s3(),
    ]);
    const { aws, name } = this;
    if (!live) {
      await createBucket(s3, placeOf(aws, name), {
        region: aws.region,
        tags: newTags(this.settings),
        taken: (cause) => this.taken(cause),
        report,
      });
    }
    const changed = [...changedSettings(changes)] as (keyof Shape)[];
    const shape = { Encryption: { SSEAlgorithm: 'AES256' }, ...this.declared };
    const write = (part: keyof Shape) =>
      live
        ? inTurn(() => writePart(aws, name, part, shape), report)
        : onceKnown(() => writePart(aws, name, part, shape), report);
    // A policy that gives public access is refused while the bucket blocks it.
    if (changed.includes('PublicAccessBlock')) await write('PublicAccessBlock');
    await Promise.all(changed.filter((part) => part !== 'PublicAccessBlock').map(write));
    if (live && changes.some(({ path }) => path.startsWith('Tags.'))) {
      await inTurn(() => writeTags(aws, name, this.tagsAfter(live, changes)), report);
    }
    return (await shown(this, 'S3', { report })) as LiveBucket;
  }

  /** Live tags that are not declared stay. */
  private tagsAfter({ tags }: LiveBucket, changes: readonly Change[]): Tags {
    const gone = new Set(leavingTags(changes));
    const kept = Object.entries(tags).filter(([key]) => !gone.has(key));
    return { ...Object.fromEntries(kept), ...changedTags(newTags(this.settings), changes, tags) };
  }

  private taken(cause: Error): UserError {
    return new UserError(
      `the name ${this.name} is taken: a bucket of another account has it`,
      exitCodes.failed,
      {
        reason: 'names of buckets are unique in the whole of AWS',
        next: 'give the bucket another name in slsctl.yml: name: NAME',
        cause,
      },
    );
  }
}

/** Without members that are undefined, as in an answer of AWS. */
function clean(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
