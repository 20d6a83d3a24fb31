// What the execution role may do: managed policies that are attached, and one inline policy named slsctl.
import {
  AttachRolePolicyCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { Aws } from '../aws/aws.ts';
import { sameJson } from './compare.ts';
import { forReads, lookUntil, tryWhile } from './patience.ts';
import type { Change, Named, Resource } from './resource.ts';
import { absent, parseDocument, type RoleResource } from './role.ts';

export const inlinePolicyName = 'slsctl';

export interface LivePolicies {
  /** ARNs. */
  attached: string[];
  /** The document of the inline policy, parsed. */
  inline?: unknown;
}

export interface PolicySettings {
  /** ARNs. */
  attached: readonly string[];
  /** IAM statements; none: no inline policy. */
  statements: readonly unknown[];
  /** Detach what is not declared. */
  prune?: boolean;
  /** Asked for only once the role is known to be there: fewer requests, and one more after the other. */
  sparing?: boolean;
}

export class PoliciesResource implements Resource<LivePolicies> {
  readonly kind = 'policies';
  readonly name: string;
  readonly needs: readonly Resource[];
  private readonly aws: Aws;
  private readonly role: RoleResource;
  private readonly settings: PolicySettings;
  private readonly document: unknown;

  constructor(aws: Aws, role: RoleResource, settings: PolicySettings) {
    this.aws = aws;
    this.role = role;
    this.settings = settings;
    this.name = role.name;
    this.needs = [role];
    this.document =
      settings.statements.length > 0 ? { Version: '2012-10-17', Statement: settings.statements } : undefined;
  }

  async read(): Promise<LivePolicies | undefined> {
    if (this.settings.sparing && !(await this.role.isThere())) return undefined;
    const RoleName = this.name;
    const [attached, inline] = await Promise.all([
      absent(() => this.listAttached()),
      absent(() => this.aws.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: inlinePolicyName }))),
    ]);
    if (!attached?.length && !inline) return undefined;
    return { attached: attached ?? [], inline: parseDocument(inline?.PolicyDocument) };
  }

  private async listAttached(): Promise<string[]> {
    const arns: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await this.aws.iam.send(
        new ListAttachedRolePoliciesCommand({ RoleName: this.name, Marker }),
      );
      arns.push(...(page.AttachedPolicies ?? []).map(({ PolicyArn }) => PolicyArn as string));
      Marker = page.IsTruncated ? page.Marker : undefined;
    } while (Marker);
    return arns;
  }

  diff(live: LivePolicies | undefined): Change[] {
    const changes: Change[] = this.settings.attached
      .filter((arn) => !live?.attached.includes(arn))
      .map((arn) => ({ path: 'AttachedPolicies', from: undefined, to: arn }));
    if (this.settings.prune) {
      for (const arn of this.undeclared(live)) {
        changes.push({ path: 'AttachedPolicies', from: arn, to: undefined });
      }
    }
    if (!sameJson(live?.inline, this.document)) {
      changes.push({ path: `InlinePolicy.${inlinePolicyName}`, from: live?.inline, to: this.document });
    }
    return changes;
  }

  notes(live: LivePolicies): string[] {
    if (this.settings.prune) return [];
    return this.undeclared(live).map(
      (arn) => `${arn} is attached but not declared; kept (--prune detaches it)`,
    );
  }

  private undeclared(live: LivePolicies | undefined): string[] {
    return (live?.attached ?? []).filter((arn) => !this.settings.attached.includes(arn));
  }

  async apply(_live: LivePolicies | undefined, changes: Change[]): Promise<LivePolicies> {
    const RoleName = this.name;
    const { iam } = this.aws;
    const make = ({ path, from, to }: Change): Promise<unknown> => {
      if (path !== 'AttachedPolicies') {
        const PolicyName = inlinePolicyName;
        return to
          ? iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(to) }))
          : absent(() => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })));
      }
      return to
        ? iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: to as string }))
        : absent(() => iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: from as string })));
    };
    // A role that was made a moment ago may not be known everywhere yet.
    const passing = (error: unknown) =>
      this.role.isNew &&
      (error as Error).name.startsWith('NoSuchEntity') &&
      /\brole\b/i.test((error as Error).message);
    await Promise.all(changes.map((change) => tryWhile(() => make(change), passing, forReads)));
    const after = await lookUntil(
      () => this.read(),
      (live) => this.diff(live).length === 0,
      forReads,
    );
    return after ?? { attached: [] };
  }

  async remove(live: LivePolicies): Promise<void> {
    const RoleName = this.name;
    const { iam } = this.aws;
    await Promise.all([
      ...live.attached.map((PolicyArn) =>
        absent(() => iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }))),
      ),
      live.inline !== undefined &&
        absent(() => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: inlinePolicyName }))),
    ]);
  }

  users(): Promise<Named[]> {
    return this.role.users();
  }

  foreign(): string | undefined {
    return this.role.foreignReason && 'the role is not the project’s own';
  }
}
