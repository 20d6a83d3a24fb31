// Names and addresses of a project's own resources. The environment of a function may hold them, and they are no secrets.
import type { Context } from '../context.ts';
import type { Plan } from '../engine/plan.ts';
import { addressesIn } from '../resources/things/thing.ts';

export function showOwnNames({ secrets }: Context, items: Plan['items']): void {
  secrets.ordinary(...items.flatMap(({ resource, live }) => [resource.name, ...addressesIn(resource, live)]));
}
