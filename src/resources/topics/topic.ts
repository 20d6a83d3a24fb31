// A topic of Amazon SNS that the project makes. It holds no data.
import type { Aws } from '../../aws/aws.ts';
import type { ThingFields } from '../../config/things/kinds.ts';
import { thingArn } from '../../config/things/names.ts';
import type { Change, DeclaredResource, Report } from '../../engine/resource.ts';
import { differences } from '../compare.ts';
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
import { type Attributes, attributeText, declaredAttributes } from './attributes.ts';
import type { LiveTopic } from './live.ts';

const calls = () => import('./calls.ts');

export class TopicResource extends ThingResource<LiveTopic> {
  readonly kind = 'topic';

  override addresses(): string[] {
    return [this.arn];
  }

  get arn(): string {
    return thingArn('topic', this.name, this.aws);
  }

  protected async find(): Promise<LiveTopic | undefined> {
    return (await calls()).readTopic(this.aws, this.arn);
  }

  protected holds(): undefined {
    return undefined;
  }

  async remove(): Promise<void> {
    await (await calls()).deleteTopic(this.aws, this.arn);
  }
}

export interface TopicSettings extends ThingIdentity, DeclaredTags {
  owner: NonNullable<ThingIdentity['owner']>;
  fields: ThingFields<'topic'>;
}

export class DeclaredTopic extends TopicResource implements DeclaredResource<LiveTopic> {
  private readonly settings: TopicSettings;
  private readonly declared: Attributes;

  constructor(aws: Aws, settings: TopicSettings) {
    super(aws, settings);
    this.settings = settings;
    this.declared = declaredAttributes(settings.fields, this.arn);
  }

  diff(live: LiveTopic | undefined): Change[] {
    return [
      ...settingChanges(this.declared, live?.attributes).filter(
        // SNS adds the members that a delivery policy does not name.
        ({ path, to, from }) => path !== 'DeliveryPolicy' || differences(to, from, path).length > 0,
      ),
      ...this.tagChanges(this.settings, live),
    ];
  }

  async apply(live: LiveTopic | undefined, changes: Change[], report?: Report): Promise<LiveTopic> {
    if (!live) return this.create();
    const { setAttribute, tagTopic, untagTopic } = await calls();
    await Promise.all([
      ...[...changedSettings(changes)].map((name) =>
        setAttribute(this.aws, this.arn, name, attributeText(this.declared[name])),
      ),
      applyTags(this.settings, live, changes, {
        tag: (tags) => tagTopic(this.aws, this.arn, tags),
        untag: (keys) => untagTopic(this.aws, this.arn, keys),
      }),
    ]);
    return (await shown(this, 'SNS', { report })) ?? live;
  }

  private async create(): Promise<LiveTopic> {
    const { createTopic } = await calls();
    const given = Object.entries(this.declared).filter(([, value]) => value !== '');
    const attributes: Attributes = {
      ...Object.fromEntries(given),
      ...(this.name.endsWith('.fifo') ? { FifoTopic: true } : {}),
    };
    const tags = newTags(this.settings);
    const texts = Object.entries(attributes).map(([name, value]) => [name, attributeText(value)]);
    await createTopic(this.aws, this.name, Object.fromEntries(texts), tags);
    // The answer is the new topic; a read could find it only later.
    this.live = { attributes, tags };
    return this.live;
  }
}
