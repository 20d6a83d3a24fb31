// The live functions of the region, and the users of a role, a log group or a layer.
import { type FunctionConfiguration, paginateListFunctions } from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { allItems } from '../../aws/pages.ts';
import type { Named } from '../../engine/resource.ts';

const asked = new WeakMap<Aws, Promise<FunctionConfiguration[]>>();

/** Lists them once for each Aws. */
export function liveFunctions(aws: Aws): Promise<FunctionConfiguration[]> {
  const known = asked.get(aws) ?? list(aws);
  asked.set(aws, known);
  return known;
}

function list({ lambda }: Aws): Promise<FunctionConfiguration[]> {
  return allItems(paginateListFunctions({ client: lambda }, {}), ({ Functions }) => Functions);
}

/** Names of the live functions of the region, by the ARN of their role. */
export async function roleUsers(aws: Aws): Promise<Map<string, string[]>> {
  const users = new Map<string, string[]>();
  for (const { Role = '', FunctionName = '' } of await liveFunctions(aws)) {
    users.set(Role, [...(users.get(Role) ?? []), FunctionName]);
  }
  return users;
}

/** The live functions that use a resource; undefined when the credentials may not list functions. */
export async function functionsThat(
  aws: Aws,
  use: (live: FunctionConfiguration) => boolean,
): Promise<Named[] | undefined> {
  const functions = await liveFunctions(aws).catch((error: Error) => {
    if (/^AccessDenied/.test(error.name)) return undefined;
    throw error;
  });
  return functions?.filter(use).map(({ FunctionName = '' }) => ({ kind: 'function', name: FunctionName }));
}

/** The name at the end of a role's ARN. */
export function roleNameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
