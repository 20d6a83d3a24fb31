// A thing of which only the kind and the name are known: it can be read and removed.
import type { Aws } from '../../aws/aws.ts';
import type { ThingKind } from '../../config/things/kinds.ts';
import type { Resource } from '../../engine/resource.ts';
import { BucketResource } from '../buckets/bucket.ts';
import { QueueResource } from '../queues/queue.ts';
import { StateMachineResource } from '../state-machines/machine.ts';
import { StreamResource } from '../streams/stream.ts';
import { TableResource } from '../tables/table.ts';
import { TopicResource } from '../topics/topic.ts';
import type { ThingIdentity } from './thing.ts';

type Class = new (aws: Aws, identity: ThingIdentity) => Resource;

const classes: Record<ThingKind, Class> = {
  bucket: BucketResource,
  queue: QueueResource,
  topic: TopicResource,
  table: TableResource,
  stream: StreamResource,
  'state machine': StateMachineResource,
};

export function undeclaredThing(kind: ThingKind, aws: Aws, identity: ThingIdentity): Resource {
  return new classes[kind](aws, identity);
}
