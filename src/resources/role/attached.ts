// The managed policies attached to a role.
import { paginateListAttachedRolePolicies } from '@aws-sdk/client-iam';
import type { Aws } from '../../aws/aws.ts';
import { allItems } from '../../aws/pages.ts';

/** ARNs. */
export function attachedPolicies({ iam }: Aws, RoleName: string): Promise<string[]> {
  return allItems(paginateListAttachedRolePolicies({ client: iam }, { RoleName }), ({ AttachedPolicies }) =>
    AttachedPolicies?.map(({ PolicyArn }) => PolicyArn as string),
  );
}
