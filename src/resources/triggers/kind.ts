// A kind of trigger: everything that slsctl knows about one key of an entry of `triggers:`. The table has one for each.
import type { Aws } from '../../aws/aws.ts';
import type { Qualifier } from '../../config/qualifiers.ts';
import type { TriggerKindName, TriggerValues } from '../../config/triggers/all.ts';
import type { Owner, Resource } from '../../engine/resource.ts';
import type { Claim } from '../attachments/claim.ts';
import type { ClaimSite } from '../attachments/claims.ts';
import type { Part, Site } from '../attachments/kind.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import type { RoleStatement } from '../role/grants.ts';
import type { Things } from '../things/things.ts';

/** An entry of `triggers:`. */
export interface Entry<Declared> {
  /** What slsctl.yml says under the kind; short forms are as written. */
  readonly declared: Declared;
  /** The alias that it calls; undefined: the function itself. */
  readonly qualifier: Qualifier;
  /** Its place in the list. */
  readonly index: number;
  /** Its place among the entries of its kind, from 1. */
  readonly number: number;
}

/** A function that may have triggers which slsctl.yml does not name. */
export interface FormerSite {
  readonly aws: Aws;
  readonly host: FunctionResource;
  readonly owner: Owner | undefined;
  readonly things: Things;
  /** The places where its triggers may hang. */
  readonly qualifiers: readonly Qualifier[];
}

export interface TriggerKind<Declared> {
  /**
   * The resources of all entries of this kind. Makes no request. A document that others write into, too, is one resource
   * of the project: `site.shared` makes it once, and further entries add to it.
   */
  resources(entries: readonly Entry<Declared>[], site: Site): Resource[];
  readonly claims?: {
    /** The statements that the source needs in the function's resource policy. Their ids are stable: `statementId`. */
    of(entry: Entry<Declared>, site: Pick<ClaimSite, 'things' | 'name'>): readonly Claim[];
    /** Whether the id is one that this kind gives to its statements. */
    owns(id: string): boolean;
  };
  /** The IAM statements that the execution role needs to read the source. */
  roleStatements?(entry: Entry<Declared>, things: Things): RoleStatement[];
  /** A service that must be able to assume the execution role, besides Lambda. */
  readonly rolePrincipal?: string;
  /** All of this kind that the function has, whoever made them: for import. */
  every(aws: Aws, host: FunctionResource): Promise<Part[]>;
  /**
   * The ones that slsctl made for this function and these entries do not name. Called only for functions with the mark of
   * this kind (`triggerTag`), which a deployment writes before it makes the first trigger.
   */
  leftBehind(entries: readonly Entry<Declared>[], site: FormerSite): Promise<Resource[]>;
}

/** The table of kinds; a kind of the schema without a row does not compile. */
export type TriggerKinds = { readonly [Kind in TriggerKindName]: TriggerKind<TriggerValues[Kind]> };
