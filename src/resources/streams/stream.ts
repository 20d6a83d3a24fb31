// A stream of Amazon Kinesis that the project makes. It is kept until --delete-data is given.
import type { Aws } from '../../aws/aws.ts';
import type { ThingFields } from '../../config/things/kinds.ts';
import { forUpdates, lookUntil, tryWhile, waiting } from '../../engine/patience.ts';
import type { Change, DeclaredResource, Report } from '../../engine/resource.ts';
import {
  applyTags,
  changedSettings,
  type DeclaredTags,
  newTags,
  settingChanges,
  shown,
  type ThingIdentity,
  ThingResource,
} from '../things/thing.ts';
import { type LiveStream, ownKey, type Settings, settingsOf } from './live.ts';

const calls = () => import('./calls.ts');

export class StreamResource extends ThingResource<LiveStream> {
  readonly kind = 'stream';

  protected async find(): Promise<LiveStream | undefined> {
    return (await calls()).readStream(this.aws, this.name);
  }

  protected holds(): string {
    return 'its records';
  }

  async remove(_live?: LiveStream, report?: Report): Promise<void> {
    const { deleteStream, isThere } = await calls();
    await deleteStream(this.aws, this.name);
    await lookUntil(
      () => isThere(this.aws, this.name),
      (there) => !there,
      { ...forUpdates, onWait: waiting(report, 'Kinesis to delete the stream') },
    );
  }
}

export interface StreamSettings extends ThingIdentity, DeclaredTags {
  owner: NonNullable<ThingIdentity['owner']>;
  fields: ThingFields<'stream'>;
}

export class DeclaredStream extends StreamResource implements DeclaredResource<LiveStream> {
  private readonly settings: StreamSettings;

  constructor(aws: Aws, settings: StreamSettings) {
    super(aws, settings);
    this.settings = settings;
  }

  private declared(isNew: boolean): Settings {
    const { shards, retentionPeriodHours, encryption, keyId } = this.settings.fields;
    const onDemand = shards === null || (isNew && shards === undefined);
    const encrypts = encryption ?? (keyId || isNew ? 'KMS' : undefined);
    const key = keyId ?? (keyId === null || isNew ? ownKey : undefined);
    return {
      ...(shards ? { StreamMode: 'PROVISIONED', ShardCount: shards } : {}),
      ...(onDemand ? { StreamMode: 'ON_DEMAND' } : {}),
      ...(retentionPeriodHours === undefined ? {} : { RetentionPeriodHours: retentionPeriodHours ?? 24 }),
      ...(encrypts ? { EncryptionType: encrypts } : {}),
      ...(encrypts !== 'NONE' && key ? { KeyId: key } : {}),
    };
  }

  diff(live: LiveStream | undefined): Change[] {
    return [
      ...settingChanges(this.declared(!live), live && settingsOf(live)),
      ...(live && live.summary.StreamStatus !== 'ACTIVE'
        ? [{ path: 'StreamStatus', from: live.summary.StreamStatus, to: 'ACTIVE', settling: true as const }]
        : []),
      ...this.tagChanges(this.settings, live),
    ];
  }

  async apply(live: LiveStream | undefined, changes: Change[], report?: Report): Promise<LiveStream> {
    if (!live) return this.create(report);
    const { tagStream, untagStream } = await calls();
    const now = await this.active(report);
    await this.update(now ?? live, changedSettings(changes), this.declared(false), report);
    await applyTags(this.settings, live, changes, {
      tag: (tags) => tagStream(this.aws, this.name, tags),
      untag: (keys) => untagStream(this.aws, this.name, keys),
    });
    return (await shown(this, 'Kinesis', { report })) ?? live;
  }

  private async create(report?: Report): Promise<LiveStream> {
    const { createStream, tagStream } = await calls();
    const declared = this.declared(true);
    const tags = newTags(this.settings);
    // The name is taken until AWS has deleted an earlier stream.
    await tryWhile(
      () => createStream(this.aws, this.name, declared, tags),
      async (error) =>
        (error as Error).name === 'ResourceInUseException' && (await this.read()) === undefined,
      { ...forUpdates, onWait: waiting(report, 'Kinesis to delete the earlier stream of this name') },
    );
    const made = await this.active(report);
    // Not every endpoint takes tags with the creation.
    if (made && Object.keys(made.tags).length === 0) {
      await tagStream(this.aws, this.name, tags);
    }
    if (made) {
      const has = settingsOf(made);
      const late = (['RetentionPeriodHours', 'EncryptionType'] as const).filter(
        (name) => declared[name] !== undefined && declared[name] !== has[name],
      );
      await this.update(made, new Set(late), declared, report);
    }
    return (await shown(this, 'Kinesis', { report })) as LiveStream;
  }

  /** One change after the other: AWS refuses a change while it makes another one. */
  private async update(
    live: LiveStream,
    changed: ReadonlySet<string>,
    declared: Settings,
    report?: Report,
  ): Promise<void> {
    const { steps } = await calls();
    for (const step of steps(this.aws, live, changed, declared)) {
      await step();
      await this.active(report);
    }
  }

  private active(report?: Report): Promise<LiveStream | undefined> {
    return lookUntil(
      () => this.read(),
      (live) => live?.summary.StreamStatus === 'ACTIVE',
      { ...forUpdates, onWait: waiting(report, 'Kinesis until the stream is active') },
    );
  }
}
