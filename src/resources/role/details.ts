// Reads one role with its trust and all its policies.
import {
  GetRoleCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  type Role,
} from '@aws-sdk/client-iam';
import type { Aws } from '../../aws/aws.ts';
import { absent } from '../absent.ts';
import { attachedPolicies } from './attached.ts';
import { parseDocument } from './role.ts';

export interface RoleDetails {
  role: Role;
  /** The trust policy, parsed. */
  trust: unknown;
  /** ARNs. */
  attached: string[];
  /** Documents by name, parsed. */
  inline: Record<string, unknown>;
}

/** undefined: the role does not exist. */
export async function readRole(aws: Aws, RoleName: string): Promise<RoleDetails | undefined> {
  const { iam } = aws;
  return absent(async () => {
    const [{ Role }, attached, inline] = await Promise.all([
      iam.send(new GetRoleCommand({ RoleName })),
      attachedPolicies(aws, RoleName),
      iam.send(new ListRolePoliciesCommand({ RoleName })),
    ]);
    const documents = await Promise.all(
      (inline.PolicyNames ?? []).map(async (PolicyName) => {
        const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
        return [PolicyName, parseDocument(PolicyDocument)] as const;
      }),
    );
    return {
      role: Role as Role,
      trust: parseDocument(Role?.AssumeRolePolicyDocument),
      attached,
      inline: Object.fromEntries(documents),
    };
  });
}
