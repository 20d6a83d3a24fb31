// The execution role of a function: only Lambda may assume it, and its name contains the function and the region.
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  type Role,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { Aws } from '../../aws/aws.ts';
import type { Names } from '../../config/project.ts';
import { forReads, lookUntil, tryWhile, waiting } from '../../engine/patience.ts';
import type { Change, DeclaredResource, Named, Owner, Report } from '../../engine/resource.ts';
import { absent } from '../absent.ts';
import { differences, sameJson } from '../compare.ts';
import { functionsThat, roleNameOf } from '../function/live-functions.ts';
import { rolePath } from '../names.ts';
import { type Identity, OwnedResource } from '../owned/owned-resource.ts';
import {
  changedTags,
  leavingTags,
  ownerIn,
  ownershipTags,
  type Tags,
  tagChanges,
  tagList,
  tagRecord,
} from '../owned/ownership.ts';
import { isRecent } from './newness.ts';

/** The trust policy of an execution role: Lambda may assume it, and so may these service principals. */
export function trustOf(others: readonly string[] = []): object {
  const all = [...new Set(['lambda.amazonaws.com', ...others])];
  const Service = all.length === 1 ? all[0] : all;
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
  };
}

export class RoleResource extends OwnedResource<Role> {
  readonly kind = 'role';

  /** undefined until the role has been read or created. */
  get arn(): string | undefined {
    return this.live?.Arn;
  }

  protected find(): Promise<Role | undefined> {
    return absent(async () => {
      const { Role } = await this.aws.iam.send(new GetRoleCommand({ RoleName: this.name }));
      return Role;
    });
  }

  /** Also removes policies that were attached by hand, because AWS refuses to delete a role with policies. */
  async remove(_live?: Role, report?: Report): Promise<void> {
    const RoleName = this.name;
    await absent(() =>
      tryWhile(
        async () => {
          try {
            await this.aws.iam.send(new DeleteRoleCommand({ RoleName }));
          } catch (error) {
            if (isConflict(error)) await this.strip();
            throw error;
          }
        },
        isConflict,
        { ...forReads, budget: 10_000, onWait: waiting(report, 'IAM to remove its policies') },
      ),
    );
  }

  private async strip(): Promise<void> {
    const RoleName = this.name;
    const { iam } = this.aws;
    const [attached, inline] = await Promise.all([
      iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
      iam.send(new ListRolePoliciesCommand({ RoleName })),
    ]);
    await Promise.all([
      ...(attached.AttachedPolicies ?? []).map(({ PolicyArn }) =>
        absent(() => iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }))),
      ),
      ...(inline.PolicyNames ?? []).map((PolicyName) =>
        absent(() => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }))),
      ),
    ]);
  }

  users(): Promise<Named[] | undefined> {
    return functionsThat(this.aws, ({ Role = '' }) => roleNameOf(Role) === this.name);
  }

  /** The tags name the owner. A role without them belongs to the project that its path names. */
  protected marks({ Path = '', Description, Tags }: Role): Tags {
    const tags = tagRecord(Tags);
    const project = /^\/slsctl\/([^/]+)\/$/.exec(Path)?.[1];
    if (project === undefined || ownerIn(tags)) return tags;
    const described = describedRole(Description);
    const own = project === this.owner?.project ? this.owner : undefined;
    return ownershipTags({ project, stage: described ? described.stage : own?.stage });
  }
}

export interface RoleSettings extends Identity {
  owner: Owner;
  description: string;
  /** Who may assume it; default: Lambda. */
  trust?: object;
  /** null: remove the boundary. */
  permissionsBoundary?: string | null;
  /** Includes the ownership tags. */
  tags: Tags;
  leavingTags?: Names;
}

export class DeclaredRole extends RoleResource implements DeclaredResource<Role> {
  private readonly settings: RoleSettings;
  private changed = false;

  constructor(aws: Aws, settings: RoleSettings) {
    super(aws, settings);
    this.settings = settings;
  }

  private get trust(): object {
    return this.settings.trust ?? trustOf();
  }

  /** Whether it or its trust is new: AWS may need some seconds before Lambda can assume it. */
  get isNew(): boolean {
    return this.changed || isRecent(this.live);
  }

  diff(live: Role | undefined): Change[] {
    const { owner, permissionsBoundary, tags, leavingTags } = this.settings;
    const boundary = live?.PermissionsBoundary?.PermissionsBoundaryArn;
    const changes: Change[] = live ? [] : [{ path: 'Path', from: undefined, to: rolePath(owner.project) }];
    const trust = parseDocument(live?.AssumeRolePolicyDocument);
    if (!sameJson(trust, this.trust)) {
      changes.push({ path: 'AssumeRolePolicyDocument', from: trust, to: this.trust });
    }
    return [
      ...changes,
      ...(permissionsBoundary === null && boundary
        ? [{ path: 'PermissionsBoundary', from: boundary, to: undefined }]
        : differences(permissionsBoundary ?? undefined, boundary, 'PermissionsBoundary')),
      ...tagChanges(tags, live && tagRecord(live.Tags), leavingTags, {
        marks: live && this.takenOver(live),
      }),
    ];
  }

  async apply(live: Role | undefined, changes: Change[], report?: Report): Promise<Role> {
    if (!live) return this.create();
    const RoleName = this.name;
    const { iam } = this.aws;
    const { permissionsBoundary, tags } = this.settings;
    const changed = new Set(changes.map(({ path }) => path));
    const newTags = changedTags(tags, changes, tagRecord(live.Tags));
    const TagKeys = leavingTags(changes);
    this.changed ||= changed.has('AssumeRolePolicyDocument');
    await Promise.all([
      changed.has('AssumeRolePolicyDocument') &&
        iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify(this.trust) })),
      changed.has('PermissionsBoundary') &&
        (permissionsBoundary
          ? iam.send(
              new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: permissionsBoundary }),
            )
          : iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }))),
      Object.keys(newTags).length > 0 && iam.send(new TagRoleCommand({ RoleName, Tags: tagList(newTags) })),
      TagKeys.length > 0 && iam.send(new UntagRoleCommand({ RoleName, TagKeys })),
    ]);
    const after = await lookUntil(
      () => this.read(),
      (role) => this.diff(role).length === 0,
      { ...forReads, onWait: waiting(report, 'IAM to show the change') },
    );
    return after ?? live;
  }

  private async create(): Promise<Role> {
    const { owner, description, permissionsBoundary, tags } = this.settings;
    const Tags = tagList(tags);
    this.changed = true;
    const { Role } = await this.aws.iam.send(
      new CreateRoleCommand({
        RoleName: this.name,
        Path: rolePath(owner.project),
        Description: description,
        AssumeRolePolicyDocument: JSON.stringify(this.trust),
        PermissionsBoundary: permissionsBoundary ?? undefined,
        Tags,
      }),
    );
    // The answer is the new role; a read could return an older copy.
    this.live = { ...(Role as Role), Tags: Role?.Tags ?? Tags };
    return this.live;
  }
}

/** The description of a role that slsctl creates; the inventory parses it. */
export function roleDescription(functionName: string, region: string, { project, stage }: Owner): string {
  const of = stage === undefined ? `project ${project}` : `stage ${stage} of project ${project}`;
  return `Execution role of the Lambda function ${functionName} in ${region}, of ${of}, made by slsctl`;
}

/** The same for the role of a state machine. */
export function machineRoleDescription(machine: string, region: string, { project, stage }: Owner): string {
  const of = stage === undefined ? `project ${project}` : `stage ${stage} of project ${project}`;
  return `Role of the state machine ${machine} in ${region}, of ${of}, made by slsctl`;
}

/** Parses such a description; undefined: slsctl did not write it. `function`: absent for the role of a state machine. */
export function describedRole(
  description = '',
): { function?: string; region: string; stage?: string } | undefined {
  const found =
    /(Lambda function|state machine) (\S+) in (\S+), of (?:stage (\S+) of )?project \S+, made by slsctl$/.exec(
      description,
    );
  if (!found) return undefined;
  const [, kind, name = '', region = '', stage] = found;
  return { ...(kind === 'Lambda function' ? { function: name } : {}), region, stage };
}

/** IAM answers policy documents URL-encoded (RFC 3986); moto and older clones answer plain JSON. */
export function parseDocument(document: string | undefined): unknown {
  if (document === undefined) return undefined;
  try {
    return JSON.parse(document.trimStart().startsWith('{') ? document : decodeURIComponent(document));
  } catch {
    return document;
  }
}

function isConflict(error: unknown): boolean {
  return ['DeleteConflictException', 'DeleteConflict', 'ConcurrentModificationException'].includes(
    (error as Error).name,
  );
}
