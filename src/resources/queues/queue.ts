// A queue of Amazon SQS that the project makes. It is kept while it has messages.
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs';
import type { Aws } from '../../aws/aws.ts';
import type { ThingFields } from '../../config/things/kinds.ts';
import { lookUntil, type Patience, tryWhile, waiting } from '../../engine/patience.ts';
import type { Change, DeclaredResource, Report } from '../../engine/resource.ts';
import { absent } from '../absent.ts';
import { differences, isRecord, sameJson } from '../compare.ts';
import type { Tags } from '../owned/ownership.ts';
import {
  applyTags,
  changedSettings,
  type DeclaredTags,
  newTags,
  shown,
  type ThingIdentity,
  ThingResource,
  thingTagChanges,
} from '../things/thing.ts';
import { type Attributes, attributeTexts, declaredAttributes, parsedAttributes } from './attributes.ts';

export interface LiveQueue {
  url: string;
  attributes: Attributes;
  tags: Tags;
}

/** SQS takes a minute to forget a queue, and refuses its name meanwhile. */
const forDeletions: Patience = { budget: 75_000, first: 500, longest: 5000 };

export class QueueResource extends ThingResource<LiveQueue> {
  readonly kind = 'queue';

  protected async find(): Promise<LiveQueue | undefined> {
    const sqs = await this.aws.sqs();
    // SQS takes the name of a queue in place of its URL.
    const QueueUrl = this.name;
    const [found, attributes, tagged] = await Promise.all([
      absent(() => sqs.send(new GetQueueUrlCommand({ QueueName: this.name }))),
      absent(() => sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))),
      absent(() => sqs.send(new ListQueueTagsCommand({ QueueUrl }))),
    ]);
    if (!found?.QueueUrl || !attributes) return undefined;
    return {
      url: found.QueueUrl,
      attributes: parsedAttributes(attributes.Attributes ?? {}),
      tags: tagged?.Tags ?? {},
    };
  }

  protected holds({ attributes }: LiveQueue): string | undefined {
    const names = ['', 'NotVisible', 'Delayed'].map((state) => `ApproximateNumberOfMessages${state}`);
    const count = names.reduce((sum, name) => sum + Number(attributes[name] ?? 0), 0);
    return count === 0 ? undefined : count === 1 ? '1 message' : `${count} messages`;
  }

  async remove(_live: LiveQueue, report?: Report): Promise<void> {
    const sqs = await this.aws.sqs();
    await absent(() => sqs.send(new DeleteQueueCommand({ QueueUrl: this.name })));
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
}

export class DeclaredQueue extends QueueResource implements DeclaredResource<LiveQueue> {
  private readonly settings: QueueSettings;
  private readonly declared: Attributes;

  constructor(aws: Aws, settings: QueueSettings) {
    super(aws, settings);
    this.settings = settings;
    this.declared = declaredAttributes(settings.fields, settings.deadLetterArn);
  }

  /** undefined: it does not exist yet. */
  get url(): string | undefined {
    return this.live?.url;
  }

  diff(live: LiveQueue | undefined): Change[] {
    const foreign = live !== undefined && this.foreign(live) !== undefined;
    const takenOver = live !== undefined && this.takenOver(live);
    const changes = [
      ...Object.entries(this.declared).flatMap(([name, value]) =>
        attributeChanges(name, value, live?.attributes[name]),
      ),
      ...thingTagChanges(this.settings, live, { foreign, takenOver }),
    ];
    return live || changes.length > 0 ? changes : [{ path: 'QueueName', from: undefined, to: this.name }];
  }

  async apply(live: LiveQueue | undefined, changes: Change[], report?: Report): Promise<LiveQueue> {
    if (!live) return this.create(report);
    const sqs = await this.aws.sqs();
    const QueueUrl = live.url;
    const changed = changedSettings(changes);
    const values = Object.entries(this.declared).filter(([name]) => changed.has(name));
    const Attributes = attributeTexts(Object.fromEntries(values));
    await Promise.all([
      values.length > 0 && sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes })),
      applyTags(this.settings, live, changes, {
        tag: (Tags) => sqs.send(new TagQueueCommand({ QueueUrl, Tags })),
        untag: (TagKeys) => sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys })),
      }),
    ]);
    // SQS shows new attributes within a minute.
    return (await shown(this, 'SQS', { report, patience: forDeletions })) ?? live;
  }

  private async create(report?: Report): Promise<LiveQueue> {
    const sqs = await this.aws.sqs();
    const given = Object.entries(this.declared).filter(([, value]) => value !== '');
    const attributes: Attributes = {
      ...Object.fromEntries(given),
      ...(this.name.endsWith('.fifo') ? { FifoQueue: true } : {}),
    };
    const tags = newTags(this.settings);
    const input = { QueueName: this.name, Attributes: attributeTexts(attributes), tags };
    const { QueueUrl = '' } = await tryWhile(
      () => sqs.send(new CreateQueueCommand(input)),
      (error) => /QueueDeletedRecently/.test((error as Error).name),
      { ...forDeletions, onWait: waiting(report, 'SQS to forget the deleted queue of this name') },
    );
    // The answer is the new queue; a read could find it only later.
    this.live = { url: QueueUrl, attributes, tags };
    return this.live;
  }
}

/** SQS replaces a document as a whole. */
function attributeChanges(name: string, to: unknown, from: unknown): Change[] {
  if (!isRecord(to)) return differences(to, from, name);
  return sameJson(from, to) ? [] : [{ path: name, from, to }];
}
