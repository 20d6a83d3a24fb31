// Who else may use a function: the statements of its resource policy, by their ids.
import { AddPermissionCommand, RemovePermissionCommand } from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { apiNames } from '../../config/api-names.ts';
import { attachmentFields, withoutDefaults } from '../../config/from-api.ts';
import type { Attachments } from '../../config/schema/attachments.ts';
import type { Change, DeclaredResource, Resource } from '../../engine/resource.ts';
import { absent } from '../absent.ts';
import { sameJson } from '../compare.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import { Attachment } from './attachment.ts';
import { publicStatementIds } from './function-url.ts';
import { type Permission, permissionOf, readPolicy, type Statement } from './resource-policy.ts';

type Declared = Record<string, NonNullable<NonNullable<Attachments['permissions']>[string]> | null>;

export class PermissionsResource extends Attachment<Statement[]> {
  readonly kind = 'permissions';

  async read(): Promise<Statement[] | undefined> {
    return readPolicy(this.aws, this.name);
  }

  declare(live: Statement[]): Partial<Attachments> | undefined {
    const own = live.filter(({ Sid, Effect }) => !publicStatementIds.includes(Sid) && Effect !== 'Deny');
    const said = own.map((one) => [
      one.Sid,
      withoutDefaults(permissionOf(one), { Action: 'lambda:InvokeFunction' }),
    ]);
    return attachmentFields({ Permissions: Object.fromEntries(said) });
  }

  async remove(live: Statement[]): Promise<void> {
    const FunctionName = this.name;
    for (const { Sid: StatementId } of live) {
      await absent(() => this.aws.lambda.send(new RemovePermissionCommand({ FunctionName, StatementId })));
    }
  }
}

export interface PermissionOptions {
  /** null: none but those of the function URL. */
  declared: Declared | null;
  /** Remove what is not declared. */
  prune?: boolean;
  /** Its statements are its own, and AWS takes one change of a policy at a time. */
  url?: Resource;
}

export class DeclaredPermissions extends PermissionsResource implements DeclaredResource<Statement[]> {
  override readonly needs: readonly Resource[];
  private readonly declared: Declared;
  private readonly prune: boolean;

  constructor(aws: Aws, host: FunctionResource, { declared, prune, url }: PermissionOptions) {
    super(aws, host);
    this.declared = declared ?? {};
    this.prune = prune === true || declared === null;
    this.needs = url ? [host, url] : [host];
  }

  diff(live: Statement[] | undefined): Change[] {
    const changes: Change[] = [];
    for (const [id, permission] of Object.entries(this.declared)) {
      const from = permissionOf(live?.find(({ Sid }) => Sid === id));
      const to = permission ? statementOf(permission) : undefined;
      if (!sameJson(from, to)) changes.push({ path: `Statement.${id}`, from, to });
    }
    if (this.prune) {
      for (const one of this.undeclared(live)) {
        changes.push({ path: `Statement.${one.Sid}`, from: permissionOf(one), to: undefined });
      }
    }
    return changes;
  }

  notes(live: Statement[]): string[] {
    if (this.prune) return [];
    return this.undeclared(live).map(
      ({ Sid }) => `Statement.${Sid} is live but not declared; kept (--prune removes it)`,
    );
  }

  private undeclared(live: Statement[] | undefined): Statement[] {
    return (live ?? []).filter(
      ({ Sid }) => !(Sid && Object.hasOwn(this.declared, Sid)) && !publicStatementIds.includes(Sid),
    );
  }

  /** One after the other: AWS refuses changes of a policy that is being changed. */
  async apply(_live: Statement[] | undefined, changes: Change[]): Promise<Statement[]> {
    const FunctionName = this.name;
    const { lambda } = this.aws;
    for (const { path, from, to } of changes) {
      const StatementId = path.slice('Statement.'.length);
      if (from !== undefined) {
        await absent(() => lambda.send(new RemovePermissionCommand({ FunctionName, StatementId })));
      }
      if (to !== undefined) {
        const permission = to as Permission;
        await lambda.send(new AddPermissionCommand({ FunctionName, StatementId, ...permission }));
      }
    }
    return (await this.read()) ?? [];
  }
}

function statementOf(permission: NonNullable<Declared[string]>): Permission {
  return { Action: 'lambda:InvokeFunction', ...apiNames(permission) };
}
