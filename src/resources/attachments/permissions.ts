// The resource policy of a function or of one of its aliases. No other module writes its statements.
import { AddPermissionCommand, RemovePermissionCommand } from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { apiNames } from '../../config/api-names.ts';
import type { Attachments } from '../../config/attachments/all.ts';
import { withoutDefaults } from '../../config/without-defaults.ts';
import type { Change, DeclaredResource } from '../../engine/resource.ts';
import { absent } from '../absent.ts';
import { sameJson } from '../compare.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import { Attachment } from './attachment.ts';
import type { Kind } from './kind.ts';
import { type Claims, type Permission, permissionOf, readPolicy, type Statement } from './statements.ts';

type Declared = NonNullable<Attachments['permissions']>;

/** The action for AddPermission when slsctl.yml names none. */
const defaultAction = { Action: 'lambda:InvokeFunction' };

export class PermissionsResource extends Attachment<Statement[]> {
  readonly kind = 'permissions';

  async read(): Promise<Statement[] | undefined> {
    return readPolicy(this.aws, this.at);
  }

  fields(live: Statement[]): Record<string, unknown> | undefined {
    const allowed = live.filter(({ Effect }) => Effect !== 'Deny');
    const said = allowed.map((one) => [one.Sid, withoutDefaults(permissionOf(one), defaultAction)]);
    return { Permissions: Object.fromEntries(said) };
  }

  extent(live: Statement[]): string {
    return live.length === 1 ? '1 permission' : `${live.length} permissions`;
  }

  async remove(live: Statement[]): Promise<void> {
    await this.write(live.map((one) => ({ path: pathOf(one.Sid), from: permissionOf(one), to: undefined })));
  }

  /** Writes one statement after the other: AWS refuses concurrent changes of a policy. */
  protected async write(changes: readonly Change[]): Promise<void> {
    const { lambda } = this.aws;
    for (const { path, from, to } of changes) {
      const statement = { ...this.at, StatementId: path.slice(prefix.length) };
      if (from !== undefined) {
        await absent(() => lambda.send(new RemovePermissionCommand(statement)));
      }
      if (to !== undefined) {
        await lambda.send(new AddPermissionCommand({ ...statement, ...(to as Permission) }));
      }
    }
  }
}

export interface PermissionOptions {
  /** null: only claimed statements may exist; undefined: unclaimed statements are left alone. */
  declared?: Declared | null;
  claims: Claims;
  /** Remove statements that are neither declared nor claimed. */
  prune?: boolean;
}

export class DeclaredPermissions extends PermissionsResource implements DeclaredResource<Statement[]> {
  private readonly declared: Declared;
  private readonly claims: Claims;
  /** The treatment of statements that are neither declared nor claimed. */
  private readonly unclaimed: 'removed' | 'kept' | 'ignored';

  constructor(aws: Aws, host: FunctionResource, { declared, claims, prune }: PermissionOptions) {
    super(aws, host);
    this.declared = declared ?? {};
    this.claims = claims;
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
    return this.unmet(live).map((id) => change(id, withId(live, id), this.claims.claimed[id]));
  }

  /** Ids of the claims that no statement meets, except those that slsctl.yml declares (null: no such statement). */
  unmet(live: readonly Statement[] = []): string[] {
    const open = Object.entries(this.claims.claimed).filter(([id]) => !this.isDeclared(id));
    return open.filter(([, claim]) => !this.meets(live, claim)).map(([id]) => id);
  }

  /** Whether a statement that stays grants the same, under any id. */
  private meets(live: readonly Statement[], claim: Permission): boolean {
    const declared = Object.values(this.declared).flatMap((one) => (one ? requestOf(one) : []));
    const staying = live.filter(({ Sid, Effect }) => Effect === 'Allow' && !this.isDeclared(Sid));
    return [...declared, ...staying.map(permissionOf)].some((one) => sameJson(one, claim));
  }

  /** Whether a live statement that is not declared is removed. */
  private leaves(statement: Statement, live: readonly Statement[]): boolean {
    const { Sid } = statement;
    if (this.isDeclared(Sid) || this.isClaimed(statement, live)) return false;
    return this.claims.released(Sid) || (this.unclaimed === 'removed' && !this.claims.owns(Sid));
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
      .filter((one) => !this.isDeclared(one.Sid) && !this.claims.owns(one.Sid) && !this.isClaimed(one, live))
      .map(({ Sid }) => `Statement.${Sid} is live but not declared; kept (--prune removes it)`);
  }

  async apply(_live: Statement[] | undefined, changes: Change[]): Promise<Statement[]> {
    await this.write(changes);
    return (await this.read()) ?? [];
  }
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

function requestOf(permission: NonNullable<Declared[string]>): Permission {
  return { ...defaultAction, ...apiNames(permission) };
}

export const permissions: Kind<Declared> = {
  /** Exists without a declaration too, when other fields need statements. */
  resources(declared, { aws, host, claims, prune }) {
    if (declared === undefined && !claims.any) return [];
    return [new DeclaredPermissions(aws, host, { declared, claims, prune })];
  },
  every: (aws, host) => [new PermissionsResource(aws, host)],
};
