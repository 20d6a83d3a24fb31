// The log group of a function: created before the first log line, so that its retention applies from the start.
import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Aws } from '../../aws/aws.ts';
import type { Names } from '../../config/project.ts';
import { forReads, lookUntil, waiting } from '../../engine/patience.ts';
import type { Change, DeclaredResource, Named, Owner, Report } from '../../engine/resource.ts';
import { absent } from '../absent.ts';
import { differences } from '../compare.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import { functionsThat } from '../function/live-functions.ts';
import { logGroupName } from '../names.ts';
import { type Identity, OwnedResource } from '../owned/owned-resource.ts';
import { changedTags, leavingTags, type Tags, tagChanges, withoutOwner } from '../owned/ownership.ts';
import { type LiveLogGroup, readLogGroup } from './read.ts';

export class LogGroupResource extends OwnedResource<LiveLogGroup> {
  readonly kind = 'log group';
  /** A log group of Lambda or of another owner works too. */
  readonly optional = true;
  readonly comesBack = true;

  protected find(): Promise<LiveLogGroup | undefined> {
    return readLogGroup(this.aws, this.name);
  }

  async remove(): Promise<void> {
    await absent(() => this.aws.logs.send(new DeleteLogGroupCommand({ logGroupName: this.name })));
  }

  users(): Promise<Named[] | undefined> {
    return functionsThat(this.aws, (one) => logGroupName(one.FunctionName ?? '', one) === this.name);
  }

  loss({ group }: LiveLogGroup): string {
    return group.storedBytes ? `its logs (${group.storedBytes} bytes)` : 'its logs';
  }

  protected marks({ tags }: LiveLogGroup): Tags {
    return tags;
  }
}

export interface LogGroupSettings extends Identity {
  owner: Owner;
  /** Days; undefined: logs never expire. */
  retentionInDays: number | undefined;
  /** Includes the ownership tags. */
  tags: Tags;
  leavingTags?: Names;
  /** The functions that write to it. It is removed after them, because they would create it again. */
  writers: readonly FunctionResource[];
}

const neverExpires = 'never';

export class DeclaredLogGroup extends LogGroupResource implements DeclaredResource<LiveLogGroup> {
  private readonly settings: LogGroupSettings;

  constructor(aws: Aws, settings: LogGroupSettings) {
    super(aws, { ...settings, outlives: settings.writers });
    this.settings = settings;
  }

  diff(live: LiveLogGroup | undefined): Change[] {
    const { retentionInDays, tags: all, writers } = this.settings;
    // Do not create a group when all its functions belong to another owner: Lambda creates it.
    if (!live && writers.length > 0 && writers.every(({ foreignReason }) => foreignReason)) return [];
    const tags = live && this.foreign(live) ? withoutOwner(all) : all;
    return [
      ...differences(
        retentionInDays ?? neverExpires,
        live && (live.group.retentionInDays ?? neverExpires),
        'RetentionInDays',
      ),
      ...tagChanges(tags, live?.tags, this.settings.leavingTags, { marks: live && this.takenOver(live) }),
    ];
  }

  async apply(live: LiveLogGroup | undefined, changes: Change[], report?: Report): Promise<LiveLogGroup> {
    const { logs } = this.aws;
    const { retentionInDays, tags } = this.settings;
    const logGroupName = this.name;
    if (!live) await logs.send(new CreateLogGroupCommand({ logGroupName, tags }));
    const newTags = live ? changedTags(tags, changes, live.tags) : {};
    const tagKeys = leavingTags(changes);
    const resourceArn = (live?.group.logGroupArn ?? live?.group.arn ?? '').replace(/:\*$/, '');
    const retention = changes.some(({ path }) => path === 'RetentionInDays');
    await Promise.all([
      retention &&
        retentionInDays !== undefined &&
        logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays })),
      retention &&
        retentionInDays === undefined &&
        live &&
        logs.send(new DeleteRetentionPolicyCommand({ logGroupName })),
      Object.keys(newTags).length > 0 && logs.send(new TagResourceCommand({ resourceArn, tags: newTags })),
      tagKeys.length > 0 && logs.send(new UntagResourceCommand({ resourceArn, tagKeys })),
    ]);
    const after = await lookUntil(
      () => this.read(),
      (group) => group !== undefined && this.diff(group).length === 0,
      { ...forReads, onWait: waiting(report, 'CloudWatch Logs to show the change') },
    );
    return after ?? { group: { logGroupName }, tags: {} };
  }
}
