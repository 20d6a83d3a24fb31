// A kind of attachment: everything that slsctl knows about one field of the schema. The table has one for each field.
import type { Aws } from '../../aws/aws.ts';
import type { FunctionConfig } from '../../config/project.ts';
import type { Owner, Resource } from '../../engine/resource.ts';
import type { DeclaredFunction } from '../function/function.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import type { RoleStatement } from '../role/grants.ts';
import type { Things } from '../things/things.ts';
import type { Attachment } from './attachment.ts';
import type { Claim } from './claim.ts';
import type { ClaimSite } from './claims.ts';
import type { Places } from './places.ts';

/** The function that owns the attachments, and the options of the deployment. */
export interface Site {
  readonly aws: Aws;
  readonly host: DeclaredFunction;
  /** The function in slsctl.yml. */
  readonly config: Pick<FunctionConfig, 'key' | 'settings' | 'tags'>;
  readonly owner: Owner;
  /** Where URLs, permissions and triggers of the function hang, and what they need there. */
  readonly places: Places;
  /** Finds what slsctl.yml names: a thing of the project by its key, or any by name or ARN. */
  readonly things: Things;
  readonly role: RoleAccess;
  /** The log group of this name, if the project makes it. */
  logGroup(name: string): Resource | undefined;
  /** What several functions of the project share, such as a resource: made once for each key. */
  shared<Shared extends object>(key: string, make: () => Shared): Shared;
  /** Remove live settings that are not declared. */
  readonly prune?: boolean;
  /** The deployment does not move aliases. */
  readonly stay?: boolean;
  /** The share of an alias's requests (0 to 1) for the new version; the old version keeps the rest. */
  readonly canary?: number;
  /** The deployment has many functions: avoid requests. */
  readonly sparing?: boolean;
}

/** The execution role, as the parts of a function need it. */
export interface RoleAccess {
  /** The resources of the role and its policies; empty when slsctl.yml names a role. */
  readonly needs: readonly Resource[];
  /** Milliseconds for which AWS may refuse it because it, or one of its policies, is new; 0: it is not. */
  newness(): Promise<number>;
  /** slsctl.yml names it, so that slsctl does not change it. */
  readonly given: boolean;
}

/** A part of a function as import reads it. */
export type Part = Pick<
  Attachment<unknown>,
  'kind' | 'name' | 'needs' | 'qualifier' | 'read' | 'remove' | 'fields'
>;

/** `Declared` is the field's value in slsctl.yml. null: the function must have none; undefined: the field is undeclared. */
export interface Kind<Declared> {
  /** Makes no request. */
  resources(declared: Declared | null | undefined, site: Site): Resource[];
  /** All of this kind that the function may have; the caller reads each. */
  every(aws: Aws, host: FunctionResource): readonly Part[] | Promise<readonly Part[]>;
  /** The ones of this kind that slsctl created and slsctl.yml no longer declares. */
  leftBehind?(declared: Declared | null | undefined, site: Site): Promise<Resource[]>;
  readonly claims?: {
    /** The statements that it needs in the resource policies of the function. */
    of(declared: Declared, site: ClaimSite): readonly Claim[];
    /** Whether the id is one that this kind gives to its statements. */
    owns(id: string): boolean;
    /** The statements go only after what they permit is unbound. */
    readonly outlasts?: boolean;
  };
  /** The IAM statements that the execution role needs for it; AWS checks them when it is created. */
  roleStatements?(declared: Declared): RoleStatement[];
}

/** A table of kinds; a field of the schema without a kind does not compile. */
export type Kinds<Fields> = { readonly [Field in keyof Fields]-?: Kind<NonNullable<Fields[Field]>> };

interface Row<Fields> {
  readonly field: keyof Fields;
  readonly kind: Kind<unknown>;
  readonly declared: unknown;
}

/** Each kind of a table, with the declared value of its field. */
export function rowsOf<Fields extends object>(kinds: Kinds<Fields>, declared: Fields): Row<Fields>[] {
  const fields = Object.keys(kinds) as (keyof Fields)[];
  return fields.map((field) => ({ field, kind: kinds[field] as Kind<unknown>, declared: declared[field] }));
}

type Undeclared = new (aws: Aws, host: FunctionResource) => Attachment<unknown>;
type DeclaredAs<Value> = new (aws: Aws, host: FunctionResource, declared: Value) => Resource;

/** A kind that a function has once or not at all. */
export function optional<Declared>(
  undeclared: Undeclared,
  declaredAs: DeclaredAs<Declared>,
): Pick<Kind<Declared>, 'resources' | 'every'> {
  return {
    resources(declared, { aws, host }) {
      if (declared === undefined) return [];
      return [declared === null ? new undeclared(aws, host) : new declaredAs(aws, host, declared)];
    },
    every: (aws, host) => [new undeclared(aws, host)],
  };
}

/** A kind that every function has; null resets it to AWS's default. */
export function always<Declared>(
  undeclared: Undeclared,
  declaredAs: DeclaredAs<Declared | null>,
): Pick<Kind<Declared>, 'resources' | 'every'> {
  return {
    resources: (declared, { aws, host }) =>
      declared === undefined ? [] : [new declaredAs(aws, host, declared)],
    every: (aws, host) => [new undeclared(aws, host)],
  };
}
