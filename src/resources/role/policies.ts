// The policies of the execution role: attached managed policies, and one inline policy named slsctl.
import {
  AttachRolePolicyCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { Aws } from '../../aws/aws.ts';
import { forReads, lookUntil, tryWhile, waiting } from '../../engine/patience.ts';
import type { Change, DeclaredResource, Named, Report, Resource } from '../../engine/resource.ts';
import { absent } from '../absent.ts';
import { sameJson } from '../compare.ts';
import { attachedPolicies } from './attached.ts';
import { isUnknownRole } from './newness.ts';
import { type DeclaredRole, parseDocument, type RoleResource } from './role.ts';

export const inlinePolicyName = 'slsctl';

export interface LivePolicies {
  /** ARNs. */
  attached: string[];
  /** The document of the inline policy, parsed. */
  inline?: unknown;
  /** Names of the other inline policies; empty when they were not read. */
  others: string[];
}

export class PoliciesResource implements Resource<LivePolicies> {
  readonly kind = 'policies';
  readonly name: string;
  readonly needs: readonly Resource[];
  readonly outlives: readonly Resource[];
  readonly ownedWith: Resource;
  protected readonly aws: Aws;
  protected readonly role: RoleResource;

  constructor(aws: Aws, role: RoleResource, outlives: readonly Resource[] = []) {
    this.aws = aws;
    this.role = role;
    this.name = role.name;
    this.needs = [role];
    this.ownedWith = role;
    this.outlives = outlives;
  }

  read(): Promise<LivePolicies | undefined> {
    return this.find({ others: true });
  }

  /** `others`: also read the names of the other inline policies. */
  protected async find({ others }: { others: boolean }): Promise<LivePolicies | undefined> {
    const RoleName = this.name;
    const [attached, names, inline] = await Promise.all([
      absent(() => attachedPolicies(this.aws, RoleName)),
      others ? absent(() => this.aws.iam.send(new ListRolePoliciesCommand({ RoleName }))) : undefined,
      absent(() => this.aws.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: inlinePolicyName }))),
    ]);
    const otherNames = (names?.PolicyNames ?? []).filter((name) => name !== inlinePolicyName);
    if (!attached?.length && !inline && otherNames.length === 0) return undefined;
    return { attached: attached ?? [], inline: parseDocument(inline?.PolicyDocument), others: otherNames };
  }

  async remove(live: LivePolicies): Promise<void> {
    const RoleName = this.name;
    const { iam } = this.aws;
    await Promise.all([
      ...live.attached.map((PolicyArn) =>
        absent(() => iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }))),
      ),
      ...[...live.others, ...(live.inline === undefined ? [] : [inlinePolicyName])].map((PolicyName) =>
        absent(() => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }))),
      ),
    ]);
  }

  users(): Promise<Named[] | undefined> {
    return this.role.users();
  }

  foreign(): string | undefined {
    return this.role.foreignReason && 'the role belongs to another owner';
  }
}

export interface PolicySettings {
  /** ARNs. */
  attached: readonly string[];
  /** IAM statements; empty: no inline policy. */
  statements: readonly unknown[];
  /** Detach undeclared managed policies. */
  exact?: boolean;
  /** Detach undeclared managed policies, and remove the other inline policies. */
  prune?: boolean;
  /** Read only after the role was found: saves requests, but takes longer. */
  sparing?: boolean;
}

export class DeclaredPolicies extends PoliciesResource implements DeclaredResource<LivePolicies> {
  declare protected readonly role: DeclaredRole;
  private readonly settings: PolicySettings;
  private readonly document: unknown;
  private changed = false;

  constructor(aws: Aws, role: DeclaredRole, settings: PolicySettings) {
    super(aws, role);
    this.settings = settings;
    this.document =
      settings.statements.length > 0 ? { Version: '2012-10-17', Statement: settings.statements } : undefined;
  }

  /** Whether this run changed them: AWS may need some seconds before Lambda can use them. */
  get isNew(): boolean {
    return this.changed;
  }

  override async read(): Promise<LivePolicies | undefined> {
    const { sparing = false, prune = false } = this.settings;
    if (sparing && !(await this.role.isThere())) return undefined;
    return this.find({ others: !sparing || prune });
  }

  diff(live: LivePolicies | undefined): Change[] {
    const changes: Change[] = this.settings.attached
      .filter((arn) => !live?.attached.includes(arn))
      .map((arn) => ({ path: 'AttachedPolicies', from: undefined, to: arn }));
    for (const arn of this.exact ? this.undeclared(live) : []) {
      changes.push({ path: 'AttachedPolicies', from: arn, to: undefined });
    }
    for (const name of this.settings.prune ? (live?.others ?? []) : []) {
      changes.push({ path: `InlinePolicy.${name}`, from: 'not made by slsctl', to: undefined });
    }
    if (!sameJson(live?.inline, this.document)) {
      changes.push({ path: `InlinePolicy.${inlinePolicyName}`, from: live?.inline, to: this.document });
    }
    return changes;
  }

  notes(live: LivePolicies): string[] {
    if (this.settings.prune) return [];
    const attached = this.exact ? [] : this.undeclared(live);
    return [
      ...attached.map((arn) => `${arn} is attached but not declared; kept (--prune detaches it)`),
      ...live.others.map((name) => `inline policy ${name} was not made by slsctl; kept (--prune removes it)`),
    ];
  }

  private get exact(): boolean {
    return Boolean(this.settings.exact || this.settings.prune);
  }

  private undeclared(live: LivePolicies | undefined): string[] {
    return (live?.attached ?? []).filter((arn) => !this.settings.attached.includes(arn));
  }

  async apply(_live: LivePolicies | undefined, changes: Change[], report?: Report): Promise<LivePolicies> {
    const RoleName = this.name;
    const { iam } = this.aws;
    const make = ({ path, from, to }: Change): Promise<unknown> => {
      if (path !== 'AttachedPolicies') {
        const PolicyName = path.slice('InlinePolicy.'.length);
        return to
          ? iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(to) }))
          : absent(() => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })));
      }
      return to
        ? iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: to as string }))
        : absent(() => iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: from as string })));
    };
    this.changed = true;
    const roleUnknownYet = (error: unknown) => this.role.isNew && isUnknownRole(error, RoleName);
    const forRole = { ...forReads, onWait: waiting(report, 'IAM to know the new role') };
    await Promise.all(changes.map((change) => tryWhile(() => make(change), roleUnknownYet, forRole)));
    const after = await lookUntil(
      () => this.read(),
      (live) => this.diff(live).length === 0,
      { ...forReads, onWait: waiting(report, 'IAM to show the change') },
    );
    return after ?? { attached: [], others: [] };
  }
}
