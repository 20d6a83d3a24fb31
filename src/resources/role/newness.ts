// New roles: after a creation, IAM needs seconds until all its servers and Lambda know the role.
import { GetRoleCommand, type Role } from '@aws-sdk/client-iam';
import type { Aws } from '../../aws/aws.ts';
import { absent } from '../absent.ts';
import { roleNameOf } from '../function/live-functions.ts';

/** Milliseconds after its creation in which a role is new. */
const newFor = 300_000;

/** Whether it was created minutes ago, by an earlier run or by another program. */
export function isRecent(role: Pick<Role, 'CreateDate'> | undefined): boolean {
  const created = role?.CreateDate?.getTime();
  return created !== undefined && Math.abs(Date.now() - created) < newFor;
}

/** Whether the role with this ARN is new. `unknown`: these credentials may not read it. */
export async function isNewRole(aws: Aws, arn: string): Promise<boolean | 'unknown'> {
  const RoleName = roleNameOf(arn);
  try {
    return isRecent((await absent(() => aws.iam.send(new GetRoleCommand({ RoleName }))))?.Role);
  } catch {
    return 'unknown';
  }
}

/** Whether IAM does not know the role of this name. A message about another entity may contain the word, too. */
export function isUnknownRole(error: unknown, name: string): boolean {
  const { name: code, message } = error as Error;
  return code.startsWith('NoSuchEntity') && message.startsWith(`The role with name ${name} cannot be found`);
}
