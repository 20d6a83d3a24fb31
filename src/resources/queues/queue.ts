// A queue of Amazon SQS that the project makes. It is kept while it has messages.
import type { Aws } from '../../aws/aws.ts';
import type { ThingFields } from '../../config/things/kinds.ts';
import { lookUntil, type Patience, tryWhile, waiting } from '../../engine/patience.ts';
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
import { type Attributes, attributeTexts, declaredAttributes, isDefault } from './attributes.ts';
import type { LiveQueue } from './live.ts';
import { type Permit, policyWith } from './permits.ts';

const calls = () => import('./calls.ts');

/** SQS takes a minute to forget a queue, and refuses its name meanwhile. */
const forDeletions: Patience = { budget: 75_000, first: 500, longest: 5000 };

export class QueueResource extends ThingResource<LiveQueue> {
  readonly kind = 'queue';

  protected async find(): Promise<LiveQueue | undefined> {
    return (await calls()).readQueue(this.aws, this.name);
  }

  protected holds({ attributes }: LiveQueue): string | undefined {
    const names = ['', 'NotVisible', 'Delayed'].map((state) => `ApproximateNumberOfMessages${state}`);
    const count = names.reduce((sum, name) => sum + Number(attributes[name] ?? 0), 0);
    return count === 0 ? undefined : count === 1 ? '1 message' : `${count} messages`;
  }

  override addresses({ url }: LiveQueue): string[] {
    return [url];
  }

  async remove({ url }: LiveQueue, report?: Report): Promise<void> {
    await (await calls()).deleteQueue(this.aws, url);
    await lookUntil(
      () => this.read(),
      (live) => live === undefined,
      { ...forDeletions, onWait: waiting(report, 'SQS to delete the queue') },
    );
  }
}

export interface QueueSettings extends ThingIdentity, DeclaredTags {
  owner: NonNullable<ThingIdentity['owner']>;
  fields: ThingFields<'queue'>;
  /** Of the queue that `deadLetter` names. */
  deadLetterArn?: string;
  /** Services of the project's triggers that write to it. */
  permits?: readonly Permit[];
}

export class DeclaredQueue extends QueueResource implements DeclaredResource<LiveQueue> {
  private readonly settings: QueueSettings;
  private readonly attributes: Attributes;

  constructor(aws: Aws, settings: QueueSettings) {
    super(aws, settings);
    this.settings = settings;
    this.attributes = declaredAttributes(settings.fields, settings.deadLetterArn);
  }

  private declared(live: LiveQueue | undefined): Attributes {
    const { Policy, ...attributes } = this.attributes;
    const policy = policyWith(this.settings.permits ?? [], Policy, live?.attributes.Policy);
    return policy === undefined ? attributes : { ...attributes, Policy: policy };
  }

  /** undefined: it does not exist yet. */
  get url(): string | undefined {
    return this.live?.url;
  }

  diff(live: LiveQueue | undefined): Change[] {
    return [
      ...settingChanges(this.declared(live), live?.attributes).filter(
        ({ path, from, to }) => !(live && from === undefined && isDefault(path, to)),
      ),
      ...this.tagChanges(this.settings, live),
    ];
  }

  async apply(live: LiveQueue | undefined, changes: Change[], report?: Report): Promise<LiveQueue> {
    if (!live) return this.create(report);
    const { setAttributes, tagQueue, untagQueue } = await calls();
    const changed = changedSettings(changes);
    const values = Object.entries(this.declared(live)).filter(([name]) => changed.has(name));
    const texts = attributeTexts(Object.fromEntries(values));
    await Promise.all([
      values.length > 0 && setAttributes(this.aws, live.url, texts),
      applyTags(this.settings, live, changes, {
        tag: (tags) => tagQueue(this.aws, live.url, tags),
        untag: (keys) => untagQueue(this.aws, live.url, keys),
      }),
    ]);
    // SQS shows new attributes within a minute.
    return (await shown(this, 'SQS', { report, patience: forDeletions })) ?? live;
  }

  private async create(report?: Report): Promise<LiveQueue> {
    const { createQueue } = await calls();
    const given = Object.entries(this.declared(undefined)).filter(([, value]) => value !== '');
    const attributes: Attributes = {
      ...Object.fromEntries(given),
      ...(this.name.endsWith('.fifo') ? { FifoQueue: true } : {}),
    };
    const tags = newTags(this.settings);
    const input = { QueueName: this.name, Attributes: attributeTexts(attributes), tags };
    const url = await tryWhile(
      () => createQueue(this.aws, input),
      (error) => /QueueDeletedRecently/.test((error as Error).name),
      { ...forDeletions, onWait: waiting(report, 'SQS to forget the deleted queue of this name') },
    );
    // The answer is the new queue; a read could find it only later.
    this.live = { url, attributes, tags };
    return this.live;
  }
}
