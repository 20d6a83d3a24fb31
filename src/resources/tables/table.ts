// A table of Amazon DynamoDB that the project makes. It is kept until --delete-data is given, and never replaced.
import type { Aws } from '../../aws/aws.ts';
import type { ThingFields } from '../../config/things/kinds.ts';
import { thingArn } from '../../config/things/names.ts';
import { forUpdates, lookUntil, type Patience, tryWhile, waiting } from '../../engine/patience.ts';
import type { Change, DeclaredResource, Kept, Report } from '../../engine/resource.ts';
import {
  applyTags,
  type DeclaredTags,
  newTags,
  shown,
  type ThingIdentity,
  ThingResource,
} from '../things/thing.ts';
import { isActive, tableChanges } from './compare.ts';
import type { LiveTable, TableParts } from './live.ts';

const calls = () => import('./calls.ts');

/** An index over many items takes long. */
const forIndexes: Patience = { ...forUpdates, budget: 3_600_000, longest: 5000 };

export class TableResource extends ThingResource<LiveTable> {
  readonly kind = 'table';
  protected readonly parts: TableParts = { ttl: false, backups: false };

  get arn(): string {
    return thingArn('table', this.name, this.aws);
  }

  protected async find(): Promise<LiveTable | undefined> {
    return (await calls()).readTable(this.aws, this.name, this.parts);
  }

  protected holds({ table: { ItemCount } }: LiveTable): string {
    // AWS counts every six hours.
    return ItemCount ? `its items (about ${ItemCount})` : 'its items';
  }

  override keeps(live: LiveTable): Kept | undefined {
    if (!live.table.DeletionProtectionEnabled) return super.keeps(live);
    return { reason: 'AWS protects it against deletion: deletionProtectionEnabled', data: false };
  }

  async remove(_live?: LiveTable, report?: Report): Promise<void> {
    const { deleteTable, isThere } = await calls();
    await deleteTable(this.aws, this.name);
    await lookUntil(
      () => isThere(this.aws, this.name),
      (there) => !there,
      { ...forUpdates, onWait: waiting(report, 'DynamoDB to delete the table') },
    );
  }
}

export interface TableSettings extends ThingIdentity, DeclaredTags {
  owner: NonNullable<ThingIdentity['owner']>;
  fields: ThingFields<'table'>;
}

export class DeclaredTable extends TableResource implements DeclaredResource<LiveTable> {
  private readonly settings: TableSettings;
  protected override readonly parts: TableParts;

  constructor(aws: Aws, settings: TableSettings) {
    super(aws, settings);
    this.settings = settings;
    const { ttl, pointInTimeRecovery } = settings.fields;
    this.parts = { ttl: ttl !== undefined, backups: pointInTimeRecovery !== undefined };
  }

  diff(live: LiveTable | undefined): Change[] {
    return [...tableChanges(this.settings.fields, live), ...this.tagChanges(this.settings, live)];
  }

  /** Live indexes that slsctl.yml does not name. */
  notes({ table }: LiveTable): string[] {
    const { indexes } = this.settings.fields;
    return (table.GlobalSecondaryIndexes ?? [])
      .filter(({ IndexName = '' }) => indexes !== null && !Object.hasOwn(indexes ?? {}, IndexName))
      .map(
        ({ IndexName }) =>
          `index ${IndexName} is live but not declared; kept (${IndexName}: null removes it)`,
      );
  }

  async apply(live: LiveTable | undefined, changes: Change[], report?: Report): Promise<LiveTable> {
    const [{ tagTable, untagTable, setTimeToLive, setBackups }, { updateTable }] = await Promise.all([
      calls(),
      import('./update.ts'),
    ]);
    const { fields } = this.settings;
    const { aws, name } = this;
    const active = () => this.active(report);
    if (!live) {
      await this.create(report);
      await active();
      await setTimeToLive(aws, name, { to: fields.ttl ?? undefined });
      if (fields.pointInTimeRecovery) await setBackups(aws, name, true);
    } else {
      await active();
      await updateTable(aws, { TableName: name, fields, live, changes, active });
      await applyTags(this.settings, live, changes, {
        tag: (tags) => tagTable(aws, this.arn, tags),
        untag: (keys) => untagTable(aws, this.arn, keys),
      });
    }
    return (await shown(this, 'DynamoDB', { report })) as LiveTable;
  }

  private async create(report?: Report): Promise<void> {
    const { createTable } = await calls();
    // The name is taken until AWS has deleted an earlier table.
    await tryWhile(
      () => createTable(this.aws, this.name, this.settings.fields, newTags(this.settings)),
      async (error) =>
        (error as Error).name === 'ResourceInUseException' && (await this.read()) === undefined,
      { ...forUpdates, onWait: waiting(report, 'DynamoDB to delete the earlier table of this name') },
    );
  }

  private active(report?: Report): Promise<LiveTable | undefined> {
    return lookUntil(
      () => this.read(),
      (live) => live !== undefined && isActive(live.table),
      { ...forIndexes, onWait: waiting(report, 'DynamoDB until the table is active') },
    );
  }
}
