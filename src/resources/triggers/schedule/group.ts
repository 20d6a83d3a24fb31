// The group of a function's schedules. Its tags say whose they are, because a schedule has none.
import type { Aws } from '../../../aws/aws.ts';
import { forReads, lookUntil, waiting } from '../../../engine/patience.ts';
import type { Change, DeclaredResource, Owner, Report } from '../../../engine/resource.ts';
import { arnIn } from '../../arn.ts';
import { type Identity, OwnedResource } from '../../owned/owned-resource.ts';
import { changedTags, leavingTags, type Tags, tagChanges } from '../../owned/ownership.ts';

const calls = () => import('./calls.ts');

export interface LiveGroup {
  readonly tags: Tags;
}

export class ScheduleGroupResource extends OwnedResource<LiveGroup> {
  readonly kind = 'schedule group';

  protected async find(): Promise<LiveGroup | undefined> {
    const { readGroup } = await calls();
    await this.aws.knowAccount();
    const tags = await readGroup(this.aws, this.name, this.arn);
    return tags && { tags };
  }

  protected get arn(): string {
    return groupArn(this.aws, this.name);
  }

  /** Its schedules go with it. */
  async remove(): Promise<void> {
    const { deleteGroup } = await calls();
    await deleteGroup(this.aws, this.name);
  }

  protected marks({ tags }: LiveGroup): Tags {
    return tags;
  }
}

export function groupArn(aws: Pick<Aws, 'region' | 'account'>, name: string): string {
  return arnIn(aws, 'scheduler', `schedule-group/${name}`);
}

interface GroupSettings extends Identity {
  owner: Owner;
  /** Includes the ownership tags. */
  tags: Tags;
}

export class DeclaredScheduleGroup extends ScheduleGroupResource implements DeclaredResource<LiveGroup> {
  private readonly settings: GroupSettings;

  constructor(aws: Aws, settings: GroupSettings) {
    super(aws, settings);
    this.settings = settings;
  }

  diff(live: LiveGroup | undefined): Change[] {
    const marks = live !== undefined && this.takenOver(live);
    return tagChanges(this.settings.tags, live?.tags, [], { marks });
  }

  async apply(live: LiveGroup | undefined, changes: Change[], report?: Report): Promise<LiveGroup> {
    const { createGroup, tagGroup } = await calls();
    const { tags } = this.settings;
    if (!live) await createGroup(this.aws, this.name, tags);
    else await tagGroup(this.aws, this.arn, changedTags(tags, changes, live.tags), leavingTags(changes));
    const after = await lookUntil(
      () => this.read(),
      (now) => now !== undefined && this.diff(now).length === 0,
      { ...forReads, onWait: waiting(report, 'Scheduler to show the group') },
    );
    return after ?? { tags };
  }
}
