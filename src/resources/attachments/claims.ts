// Claims: the statements that the fields of a function need in its resource policies. Only permissions.ts writes them.
import type { Qualifier } from '../../config/qualifiers.ts';
import type { Resource } from '../../engine/resource.ts';
import type { Things } from '../things/things.ts';
import type { Claim } from './claim.ts';
import type { Permission } from './statements.ts';

/** What a kind knows of the function when it claims statements. */
export interface ClaimSite {
  /** The qualifier of an entry, from its field `qualifier`. */
  qualifier(named?: string): Qualifier;
  /** What slsctl.yml names, by key, name or ARN. */
  readonly things: Things;
  /** The function's name on AWS. */
  readonly name: string;
}

/** The claims of one field. */
export interface FieldClaims {
  readonly claims: readonly Claim[];
  /** undefined: slsctl.yml does not say anything about the field, and its statements are left alone. */
  readonly declared: boolean;
  /** The statements go only after what they permit is unbound. */
  readonly outlasts?: boolean;
  /** Whether the id is one that the field's kind gives to its statements. */
  owns(id: string): boolean;
}

/** The claims in one policy. */
export interface Claims {
  readonly claimed: Readonly<Record<string, Permission>>;
  /** The sources whose ARNs the claimed statements take. */
  readonly needs: readonly Resource[];
  /** Whether a statement id belongs to a kind that claims, declared or not. */
  owns(id: string): boolean;
  /** Whether a field is declared that gives this id, and needs it nowhere any more. */
  released(id: string): boolean;
  /** Whether a released statement goes only after what it permits is unbound. */
  outlasts(id: string): boolean;
  /** Whether the statement with this id belongs into another policy of the function. */
  elsewhere(id: string): boolean;
}

/** The claims of all fields of a function. */
export class ClaimTable {
  private readonly fields: readonly FieldClaims[];

  constructor(fields: readonly FieldClaims[]) {
    this.fields = fields;
  }

  /** Whether a field is declared that may claim. */
  get any(): boolean {
    return this.fields.some(({ declared }) => declared);
  }

  /** Whether a field is declared whose statements go only after what they permit. */
  get outlasting(): boolean {
    return this.fields.some(({ declared, outlasts }) => declared && outlasts);
  }

  /** The policies in which statements are claimed. */
  get qualifiers(): ReadonlySet<Qualifier> {
    return new Set(this.all.map(({ qualifier }) => qualifier));
  }

  /** The claims in the policy of the function (undefined) or of an alias. */
  at(qualifier: Qualifier): Claims {
    const here = this.all.filter((claim) => claim.qualifier === qualifier);
    const ids = new Set(here.map(({ id }) => id));
    const anywhere = new Set(this.all.map(({ id }) => id));
    return {
      get claimed() {
        return Object.fromEntries(here.map(({ id, permission }) => [id, permission]));
      },
      needs: here.flatMap(({ needs = [] }) => needs),
      owns: (id) => this.owns(id),
      released: (id) => !anywhere.has(id) && this.fields.some(({ declared, owns }) => declared && owns(id)),
      outlasts: (id) => this.fields.some(({ outlasts, owns }) => outlasts && owns(id)),
      elsewhere: (id) => anywhere.has(id) && !ids.has(id),
    };
  }

  owns(id: string): boolean {
    return this.fields.some(({ owns }) => owns(id));
  }

  private get all(): Claim[] {
    return this.fields.flatMap(({ claims }) => claims);
  }
}
