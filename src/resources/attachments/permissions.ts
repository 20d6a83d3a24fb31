// The resource policies of a function and of its aliases. No other module writes their statements.
import { AddPermissionCommand, RemovePermissionCommand } from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { apiNames } from '../../config/api-names.ts';
import type { Attachments } from '../../config/attachments/all.ts';
import type { Qualifier } from '../../config/qualifiers.ts';
import { withoutDefaults } from '../../config/without-defaults.ts';
import type { Change, DeclaredResource, Resource } from '../../engine/resource.ts';
import { absent } from '../absent.ts';
import { qualifiersOf } from '../alias/list.ts';
import { sameJson } from '../compare.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import { Attachment, qualifiedName } from './attachment.ts';
import type { Claims } from './claims.ts';
import type { Kind } from './kind.ts';
import type { Places } from './places.ts';
import {
  forgetPolicy,
  type Permission,
  permissionOf,
  readPolicy,
  readPolicyFirst,
  type Statement,
} from './statements.ts';

type Declared = NonNullable<Attachments['permissions']>;

/** The action for AddPermission when slsctl.yml names none. */
const defaultAction = { Action: 'lambda:InvokeFunction' };

export class PermissionsResource extends Attachment<Statement[]> {
  readonly kind = 'permissions';

  async read(): Promise<Statement[] | undefined> {
    return readPolicyFirst(this.aws, this.at);
  }

  fields(live: Statement[]): Record<string, unknown> | undefined {
    return fieldsOf(live, this.qualifier);
  }

  extent(live: Statement[]): string {
    return live.length === 1 ? '1 permission' : `${live.length} permissions`;
  }

  async remove(live: Statement[]): Promise<void> {
    await this.write(live.map((one) => ({ path: pathOf(one.Sid), from: permissionOf(one), to: undefined })));
  }

  protected write(changes: readonly Change[]): Promise<void> {
    return write(this.aws, this.at, changes);
  }
}

function fieldsOf(live: readonly Statement[], Qualifier: Qualifier): Record<string, unknown> {
  const allowed = live.filter(({ Effect }) => Effect !== 'Deny');
  const said = allowed.map((one) => [
    one.Sid,
    { ...(withoutDefaults(permissionOf(one), defaultAction) as object), Qualifier },
  ]);
  return { Permissions: Object.fromEntries(said) };
}

/** Writes one statement after the other: AWS refuses concurrent changes of a policy. */
async function write(
  aws: Aws,
  at: { readonly FunctionName: string; readonly Qualifier: Qualifier },
  changes: readonly Change[],
): Promise<void> {
  const { lambda } = aws;
  for (const { path, from, to } of changes) {
    forgetPolicy(aws, at);
    const statement = { ...at, StatementId: path.slice(prefix.length) };
    if (from !== undefined) {
      await absent(() => lambda.send(new RemovePermissionCommand(statement)));
    }
    if (to !== undefined) {
      await lambda.send(new AddPermissionCommand({ ...statement, ...(to as Permission) }));
    }
  }
}

export interface PermissionOptions {
  /** undefined: the policy of the function itself. */
  qualifier?: Qualifier;
  needs?: readonly Resource[];
  /** The statements of this policy. null: only claimed ones may exist; undefined: unclaimed ones are left alone. */
  declared?: Declared | null;
  claims: Claims;
  /** Whether slsctl.yml declares the statement with this id for another policy of the function. */
  elsewhere?(id: string): boolean;
  /** Remove statements that are neither declared nor claimed. */
  prune?: boolean;
}

export class DeclaredPermissions extends PermissionsResource implements DeclaredResource<Statement[]> {
  private readonly declared: Declared;
  private readonly claims: Claims;
  /** The treatment of statements that are neither declared nor claimed. */
  private readonly unclaimed: 'removed' | 'kept' | 'ignored';
  private readonly elsewhere: (id: string) => boolean;

  constructor(aws: Aws, host: FunctionResource, options: PermissionOptions) {
    const { qualifier, needs, declared, claims, elsewhere = () => false, prune } = options;
    super(aws, host, qualifier, needs);
    this.declared = declared ?? {};
    this.claims = claims;
    this.elsewhere = (id) => elsewhere(id) || claims.elsewhere(id);
    const removed = declared === null || (prune === true && declared !== undefined);
    this.unclaimed = removed ? 'removed' : declared === undefined ? 'ignored' : 'kept';
  }

  diff(live: Statement[] = []): Change[] {
    return [
      ...this.declaredChanges(live),
      ...this.claimChanges(live),
      ...live.filter((one) => this.leaves(one, live)).map((one) => change(one.Sid, one, undefined)),
    ];
  }

  private declaredChanges(live: readonly Statement[]): Change[] {
    return Object.entries(this.declared)
      .map(([id, permission]) => change(id, withId(live, id), permission ? requestOf(permission) : undefined))
      .filter(({ from, to }) => !sameJson(from, to));
  }

  private claimChanges(live: readonly Statement[]): Change[] {
    const unmet = unmetClaims(this.claims, live, this.declared);
    return unmet.map((id) => change(id, withId(live, id), this.claims.claimed[id]));
  }

  /** Whether a live statement that is not declared is removed. */
  private leaves(statement: Statement, live: readonly Statement[]): boolean {
    const { Sid } = statement;
    if (this.isDeclared(Sid) || this.isClaimed(statement, live) || this.elsewhere(Sid)) return false;
    if (this.claims.released(Sid)) return !this.claims.outlasts(Sid);
    return this.unclaimed === 'removed' && !this.claims.owns(Sid);
  }

  /** A claim counts by its id; or by its content, when the statement with that id has another content. */
  private isClaimed(statement: Statement, live: readonly Statement[]): boolean {
    const { claimed } = this.claims;
    if (Object.hasOwn(claimed, statement.Sid)) return true;
    const says = (one: Statement | undefined, claim: Permission) => sameJson(permissionOf(one), claim);
    return Object.entries(claimed).some(
      ([id, claim]) => !this.isDeclared(id) && says(statement, claim) && !says(withId(live, id), claim),
    );
  }

  private isDeclared(id: string): boolean {
    return Object.hasOwn(this.declared, id);
  }

  notes(live: Statement[]): string[] {
    if (this.unclaimed !== 'kept') return [];
    return live
      .filter((one) => !this.isDeclared(one.Sid) && !this.elsewhere(one.Sid))
      .filter((one) => !this.claims.owns(one.Sid) && !this.isClaimed(one, live))
      .map(({ Sid }) => `Statement.${Sid} is live but not declared; kept (--prune removes it)`);
  }

  async apply(_live: Statement[] | undefined, changes: Change[]): Promise<Statement[]> {
    if (changes.some(({ to }) => to !== undefined)) await this.markPlace();
    await this.write(changes.map((one) => this.known(one)));
    return (await this.read()) ?? [];
  }

  /** The change with the ARN of a source that was not there when the plan was made. */
  private known(planned: Change): Change {
    const id = planned.path.slice(prefix.length);
    const claim = this.isDeclared(id) ? undefined : this.claims.claimed[id];
    return planned.to === undefined || !claim ? planned : { ...planned, to: claim };
  }
}

/** Ids of the claims that no statement meets, except those that slsctl.yml declares (null: no such statement). */
export function unmetClaims(
  { claimed }: Claims,
  live: readonly Statement[] = [],
  declared: Declared = {},
): string[] {
  const requests = Object.values(declared).flatMap((one) => (one ? requestOf(one) : []));
  const staying = live.filter(({ Sid, Effect }) => Effect === 'Allow' && !Object.hasOwn(declared, Sid));
  // A statement that stays may grant the same, under any id.
  const granted = [...requests, ...staying.map(permissionOf)];
  return Object.entries(claimed).flatMap(([id, claim]) => {
    const met = Object.hasOwn(declared, id) || granted.some((one) => sameJson(one, claim));
    return met ? [] : [id];
  });
}

const prefix = 'Statement.';

function pathOf(id: string): string {
  return `${prefix}${id}`;
}

function withId(live: readonly Statement[], id: string): Statement | undefined {
  return live.find(({ Sid }) => Sid === id);
}

function change(id: string, from: Statement | undefined, to: Permission | undefined): Change {
  return { path: pathOf(id), from: permissionOf(from), to };
}

function requestOf({ qualifier: _, ...permission }: NonNullable<Declared[string]>): Permission {
  return { ...defaultAction, ...apiNames(permission) };
}

/**
 * The statements of a policy that belong into another policy of the function now. They go when they are there: a change
 * of a place first allows the new calls, then forbids the former ones. The statement of a trigger goes after the trigger.
 */
export class FormerPermissions extends Attachment<Statement[]> {
  readonly kind = 'former permissions';
  readonly outlives: readonly Resource[];
  private readonly options: FormerOptions;

  constructor(aws: Aws, host: FunctionResource, options: FormerOptions) {
    super(aws, host, options.qualifier);
    this.options = options;
    this.outlives = options.outlives ?? [];
  }

  async read(): Promise<Statement[] | undefined> {
    const { leaves, isOwn } = this.options;
    const [policy = [], own] = await Promise.all([readPolicy(this.aws, this.at), isOwn()]);
    const leaving = own ? policy.filter(({ Sid }) => leaves(Sid)) : [];
    return leaving.length > 0 ? leaving : undefined;
  }

  fields(live: Statement[]): Record<string, unknown> {
    return fieldsOf(live, this.qualifier);
  }

  removal(live: Statement[]): Change[] {
    return live.map((one) => change(one.Sid, one, undefined));
  }

  loss(live: Statement[]): string | undefined {
    const named = live.flatMap(({ Sid }) => this.options.successor(Sid) ?? []);
    if (named.length === 0) return undefined;
    return `calls of ${this.name} that these allow; let the callers call ${[...new Set(named)].join(', ')}`;
  }

  async remove(live: Statement[]): Promise<void> {
    await write(this.aws, this.at, this.removal(live));
  }
}

interface FormerOptions {
  qualifier: Qualifier;
  /** Removed or changed before. */
  outlives?: readonly Resource[];
  /** Whether the statement with this id has left this policy. */
  leaves(id: string): boolean;
  /** Whether slsctl writes statements into this policy. */
  isOwn(): Promise<boolean>;
  /** Name of what its callers may call instead; undefined: no caller has to change because of it. */
  successor(id: string): string | undefined;
}

export const permissions: Kind<Declared> = {
  /** A policy exists without a declaration too, when other fields need statements. */
  resources(declared, { aws, host, places, prune }) {
    const { claims } = places;
    if (declared === undefined && !claims.any) return [];
    const home = places.qualifier();
    const homes = homesOf(declared, places);
    const policies = new Set([home, undefined, ...homes.values(), ...claims.qualifiers]);
    const elsewhere = (qualifier: Qualifier) => (id: string) => homes.has(id) && homes.get(id) !== qualifier;
    const present = [...policies].map(
      (qualifier) =>
        new DeclaredPermissions(aws, host, {
          qualifier,
          needs: [...places.needs(qualifier), ...claims.at(qualifier).needs],
          declared: declared && without(declared, elsewhere(qualifier)),
          claims: claims.at(qualifier),
          elsewhere: elsewhere(qualifier),
          prune,
        }),
    );
    const former = [undefined, ...places.aliases].map((qualifier) => {
      const moved = (id: string) =>
        elsewhere(qualifier)(id) || (claims.at(qualifier).elsewhere(id) && !homes.has(id));
      const dropped = (id: string) =>
        !policies.has(qualifier) && (declared === null ? !claims.owns(id) : declared?.[id] === null);
      const { released, outlasts } = claims.at(qualifier);
      return new FormerPermissions(aws, host, {
        qualifier,
        outlives: places.triggers,
        leaves: (id) => moved(id) || dropped(id) || (released(id) && outlasts(id)),
        isOwn: async () => qualifier === undefined || host.hadTraffic(qualifier),
        successor: (id) => (homes.has(id) ? qualifiedName(host, homes.get(id)) : undefined),
      });
    });
    // With one policy, nothing can have moved.
    const any = claims.outlasting || policies.size + places.aliases.length > 1;
    return [...present, ...(any ? former : [])];
  },
  async every(aws, host) {
    const qualifiers = await qualifiersOf(aws, host.name);
    return qualifiers.map((qualifier) => new PermissionsResource(aws, host, qualifier));
  },
};

/** The policies of the declared statements, by id. An id that is declared as null belongs into no policy. */
function homesOf(declared: Declared | null | undefined, places: Places): Map<string, Qualifier> {
  return new Map(
    Object.entries(declared ?? {}).flatMap(([id, permission]) =>
      permission ? [[id, places.qualifier(permission.qualifier)] as const] : [],
    ),
  );
}

function without(declared: Declared, leaves: (id: string) => boolean): Declared {
  return Object.fromEntries(Object.entries(declared).filter(([id]) => !leaves(id)));
}
