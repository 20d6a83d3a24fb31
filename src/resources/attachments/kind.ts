// A kind of attachment: all that the program knows of one field of a schema. A table has one for each field.
import type { Aws } from '../../aws/aws.ts';
import type { Resource } from '../../engine/resource.ts';
import type { DeclaredFunction } from '../function/function.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import type { RoleStatement } from '../role/grants.ts';
import type { Attachment } from './attachment.ts';
import type { Claims, Permission } from './statements.ts';

/** The function that resources are made for, and the deployment that they are part of. */
export interface Site {
  readonly aws: Aws;
  readonly host: DeclaredFunction;
  /** What other fields need in the resource policy of the function. */
  readonly claims: Claims;
  /** Remove what is live and not declared. */
  readonly prune?: boolean;
  /** The deployment does not move aliases. */
  readonly stay?: boolean;
  /** An alias gives this part of the requests (0 to 1) to the new version, and the rest stays. */
  readonly canary?: number;
  /** The deployment has many functions, so that the number of requests counts. */
  readonly sparing?: boolean;
}

/** `Declared` is what slsctl.yml says in the field; null: the function must have none of it; undefined: nothing. */
export interface Kind<Declared> {
  /** Makes no call. */
  resources(declared: Declared | null | undefined, site: Site): Resource[];
  /** All of this kind that the function may have, to be read. */
  every(aws: Aws, host: FunctionResource): readonly Attachment<unknown>[] | Promise<Attachment<unknown>[]>;
  /** What slsctl made of this kind, and slsctl.yml no longer names. */
  leftBehind?(declared: Declared | null | undefined, site: Site): Promise<Resource[]>;
  readonly claims?: {
    /** The statements that it needs in the resource policy of the function, by statement id. */
    of(declared: Declared): Readonly<Record<string, Permission>>;
    /** Whether the id is one that this kind gives to its statements. */
    owns(id: string): boolean;
  };
  /** The permissions that the execution role needs for it, which AWS checks when it is made. */
  roleStatements?(declared: Declared): RoleStatement[];
}

/** A table of kinds: a field of the schema without one does not compile. */
export type Kinds<Fields> = { readonly [Field in keyof Fields]-?: Kind<NonNullable<Fields[Field]>> };

interface Row {
  readonly kind: Kind<unknown>;
  readonly declared: unknown;
}

/** Each kind of a table, with what is declared of it. */
export function rowsOf<Fields extends object>(kinds: Kinds<Fields>, declared: Fields): Row[] {
  const fields = Object.keys(kinds) as (keyof Fields)[];
  return fields.map((field) => ({ kind: kinds[field] as Kind<unknown>, declared: declared[field] }));
}

type Undeclared = new (aws: Aws, host: FunctionResource) => Attachment<unknown>;
type DeclaredAs<Value> = new (aws: Aws, host: FunctionResource, declared: Value) => Resource;

/** A kind of which a function has one or none. */
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

/** A kind that every function has: null sets it back to what AWS does by itself. */
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
