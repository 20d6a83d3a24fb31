// The role of a state machine: Step Functions may assume it, and it allows what the definition calls.
import { partition } from '@aws-sdk/core/client';
import type { Aws } from '../../aws/aws.ts';
import type { Owner } from '../../engine/resource.ts';
import { roleName, rolePath } from '../names.ts';
import type { Tags } from '../owned/ownership.ts';
import { DeclaredPolicies } from '../role/policies.ts';
import { DeclaredRole, machineRoleDescription } from '../role/role.ts';

/** No function has such a name. */
export const machineRoleName = (machine: string, region: string): string =>
  roleName(`${machine}.states`, region);

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

export interface MachineRole {
  readonly arn: string;
  readonly role: DeclaredRole;
  readonly policies: DeclaredPolicies;
}

export function machineRole(
  aws: Aws,
  {
    name,
    owner,
    tags,
    statements,
  }: { name: string; owner: Owner; tags: Tags; statements: readonly unknown[] },
): MachineRole {
  const own = machineRoleName(name, aws.region);
  const role = new DeclaredRole(aws, {
    name: own,
    description: machineRoleDescription(name, aws.region, owner),
    tags,
    owner,
    trust,
  });
  const arn = `arn:${partition(aws.region).name}:iam::${aws.account}:role${rolePath(owner.project)}${own}`;
  return { arn, role, policies: new DeclaredPolicies(aws, role, { attached: [], statements }) };
}
