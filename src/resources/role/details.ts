// Everything about one role and who uses it, for showing.
import {
  GetRoleCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  paginateListAttachedRolePolicies,
  type Role,
} from '@aws-sdk/client-iam';
import type { Aws } from '../../aws/aws.ts';
import { absent } from '../absent.ts';
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

/** undefined: there is no such role. */
export async function readRole(aws: Aws, RoleName: string): Promise<RoleDetails | undefined> {
  const { iam } = aws;
  return absent(async () => {
    const [{ Role }, attached, inline] = await Promise.all([
      iam.send(new GetRoleCommand({ RoleName })),
      collect(paginateListAttachedRolePolicies({ client: iam }, { RoleName }), (page) =>
        (page.AttachedPolicies ?? []).map(({ PolicyArn }) => PolicyArn as string),
      ),
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

async function collect<Page, Item>(
  pages: AsyncIterable<Page>,
  items: (page: Page) => Item[],
): Promise<Item[]> {
  const all: Item[] = [];
  for await (const page of pages) all.push(...items(page));
  return all;
}
