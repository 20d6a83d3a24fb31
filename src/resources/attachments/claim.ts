// A statement that a field of a function needs, and the alias or function in whose policy.
import type { Qualifier } from '../../config/qualifiers.ts';
import type { Resource } from '../../engine/resource.ts';
import type { Permission } from './statements.ts';

export interface Claim {
  readonly id: string;
  readonly qualifier: Qualifier;
  /** It may name a source whose ARN is known only when the source is there: ask again after each read. */
  readonly permission: Permission;
  /** The sources whose ARNs it takes. */
  readonly needs?: readonly Resource[];
}
