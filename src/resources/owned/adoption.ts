// What a deployment takes over from other owners.
import type { Owner } from '../../engine/resource.ts';
import { ownerName } from './ownership.ts';

export interface Adoption {
  /** `--adopt`: resources without a mark of slsctl. */
  unmarked?: boolean;
  /** `--adopt-from`: the names of owners, `shop` or `shop/prod`. */
  from?: readonly string[];
}

/** `owner`: of the resource, by its marks; undefined: it has none. */
export function adopts({ unmarked = false, from = [] }: Adoption, owner: Owner | undefined): boolean {
  return owner === undefined ? unmarked : from.includes(ownerName(owner));
}

/** The options that take over resources of these owners. */
export function adoptionFlags({ unmarked, from = [] }: Adoption): string[] {
  return [...(unmarked ? ['--adopt'] : []), ...from.map((name) => `--adopt-from ${name}`)];
}
