// The places of a function where URLs, permissions and triggers hang: the function itself, and its aliases.
import type { Attachments } from '../../config/attachments/all.ts';
import { followers, type Qualifier, qualifierOf } from '../../config/qualifiers.ts';
import type { Resource } from '../../engine/resource.ts';
import { qualifiedName } from './attachment.ts';
import type { ClaimTable } from './claims.ts';

export class Places {
  private readonly host: { readonly name: string };
  private readonly attachments: Attachments;
  /** The resources of the function's attachments, as far as they are known. */
  private readonly resources: Resource[] = [];
  readonly claims: ClaimTable;
  /** The triggers of the function, as far as they are known: its statements outlive them. */
  readonly triggers: Resource[] = [];

  constructor(host: { readonly name: string }, attachments: Attachments, claims: ClaimTable) {
    this.host = host;
    this.attachments = attachments;
    this.claims = claims;
  }

  /** The qualifier of an entry; `named` is its field `qualifier`. */
  qualifier(named?: string): Qualifier {
    return qualifierOf(this.attachments, named);
  }

  /** Names of the aliases that slsctl.yml declares. */
  get aliases(): string[] {
    const { aliases } = this.attachments;
    return Object.keys(aliases ?? {}).filter((name) => aliases?.[name]);
  }

  /** Names of the aliases that deployments move. */
  get followers(): string[] {
    return followers(this.attachments);
  }

  know(resources: readonly Resource[]): void {
    this.resources.push(...resources);
  }

  /** What must be there before anything hangs there: the alias. */
  needs(qualifier: Qualifier): Resource[] {
    return qualifier === undefined ? [] : this.at(qualifier, 'alias');
  }

  /** What must be there before anything calls the function there: the alias, and the statements of its policy. */
  callable(qualifier: Qualifier): Resource[] {
    return [...this.needs(qualifier), ...this.at(qualifier, 'permissions')];
  }

  private at(qualifier: Qualifier, kind: string): Resource[] {
    const name = qualifiedName(this.host, qualifier);
    return this.resources.filter((resource) => resource.kind === kind && resource.name === name);
  }
}
