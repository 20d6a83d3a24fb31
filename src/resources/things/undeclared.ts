// A thing of which only the kind and the name are known: it can be read and removed.
import type { Aws } from '../../aws/aws.ts';
import type { ThingKind } from '../../config/things/kinds.ts';
import type { Resource } from '../../engine/resource.ts';
import { QueueResource } from '../queues/queue.ts';
import type { ThingIdentity } from './thing.ts';

type Class = new (aws: Aws, identity: ThingIdentity) => Resource;

const classes: Partial<Record<ThingKind, Class>> = { queue: QueueResource };

export function undeclaredThing(kind: ThingKind, aws: Aws, identity: ThingIdentity): Resource[] {
  const Resource = classes[kind];
  return Resource ? [new Resource(aws, identity)] : [];
}
