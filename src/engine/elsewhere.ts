// Finds in a plan what would be removed although another slsctl.yml created it.
import { changesOf, isReplaced, type Plan } from './plan.ts';
import { type Elsewhere, isDeclared, type Resource } from './resource.ts';

export interface RemovedElsewhere extends Elsewhere {
  readonly resource: Resource;
}

/**
 * The resources that this plan removes or replaces and this slsctl.yml did not create. A resource that names no file
 * counts, unless this slsctl.yml declares it.
 */
export function removedElsewhere(plan: Plan): RemovedElsewhere[] {
  return changesOf(plan).flatMap((item) => {
    const { resource, live } = item;
    if (resource.ownedWith || !(item.action === 'delete' || isReplaced(item))) return [];
    const elsewhere = resource.createdElsewhere?.(live);
    if (!elsewhere || (elsewhere.config === undefined && isDeclaredHere(resource))) return [];
    return [{ resource, ...elsewhere }];
  });
}

function isDeclaredHere(resource: Resource): boolean {
  const host = resource.partOf ?? resource.boundTo;
  return isDeclared(resource) || (host !== undefined && isDeclared(host));
}

/** `config`: the slsctl.yml; undefined: unknown. */
export function originText(config: string | undefined): string {
  return config === undefined
    ? 'without a mark of the slsctl.yml that created them'
    : `deployed from ${config}`;
}
