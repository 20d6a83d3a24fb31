// The kind of task that a resource means.
import { activityKind } from './activity-kind.ts';
import { functionKind } from './function-kind.ts';
import type { TaskKind } from './kind.ts';
import type { TaskResource } from './resource.ts';
import { serviceKind } from './service-kind.ts';

export function kindOf(resource: TaskResource): TaskKind {
  if (!('arn' in resource)) return serviceKind(resource);
  return resource.kind === 'function' ? functionKind(resource.arn) : activityKind(resource.arn);
}
