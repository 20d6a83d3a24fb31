// Everything in the account and region that carries slsctl's marks, whichever project it belongs to.
import { ListTagsLogGroupCommand, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { ListRoleTagsCommand, paginateListRoles } from '@aws-sdk/client-iam';
import { ListTagsCommand, paginateListFunctions } from '@aws-sdk/client-lambda';
import type { Aws } from '../aws/aws.ts';
import { type Tags, tagRecord } from './ownership.ts';

export interface Owned {
  project: string;
  stage?: string;
  kind: 'function' | 'role' | 'log group';
  name: string;
}

/** Questions for tags that are open at the same time, per service. */
const sideBySide = 8;

/**
 * Functions and Lambda's log groups by their tags, roles by their path `/slsctl/` (IAM has no regions, so that
 * roles of all regions are among them). Sorted by project, stage, kind and name.
 */
export async function inventory(aws: Aws): Promise<Owned[]> {
  const found = await Promise.all([functions(aws), roles(aws), logGroups(aws)]);
  const order = ({ project, stage = '', kind, name }: Owned) => [project, stage, kind, name].join('\0');
  return found.flat().toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
}

async function functions({ lambda }: Aws): Promise<Owned[]> {
  const all: { name: string; arn: string }[] = [];
  for await (const page of paginateListFunctions({ client: lambda }, {})) {
    for (const { FunctionName = '', FunctionArn = '' } of page.Functions ?? []) {
      all.push({ name: FunctionName, arn: FunctionArn });
    }
  }
  return marked('function', all, async ({ arn }) => {
    const { Tags } = await lambda.send(new ListTagsCommand({ Resource: arn }));
    return Tags ?? {};
  });
}

async function roles({ iam }: Aws): Promise<Owned[]> {
  const all: { name: string }[] = [];
  for await (const page of paginateListRoles({ client: iam }, { PathPrefix: '/slsctl/' })) {
    for (const { RoleName = '' } of page.Roles ?? []) all.push({ name: RoleName });
  }
  return marked('role', all, async ({ name }) => {
    const { Tags } = await iam.send(new ListRoleTagsCommand({ RoleName: name }));
    return tagRecord(Tags);
  });
}

async function logGroups({ logs }: Aws): Promise<Owned[]> {
  const all: { name: string }[] = [];
  const pages = paginateDescribeLogGroups({ client: logs }, { logGroupNamePrefix: '/aws/lambda/' });
  for await (const page of pages) {
    for (const { logGroupName = '' } of page.logGroups ?? []) all.push({ name: logGroupName });
  }
  return marked('log group', all, async ({ name }) => {
    const { tags } = await logs.send(new ListTagsLogGroupCommand({ logGroupName: name }));
    return tags ?? {};
  });
}

/** Those whose tags name a project. What has gone since it was listed is left out. */
async function marked<T extends { name: string }>(
  kind: Owned['kind'],
  all: readonly T[],
  tagsOf: (one: T) => Promise<Tags>,
): Promise<Owned[]> {
  const found: Owned[] = [];
  const waiting = [...all];
  const worker = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      const tags = await tagsOf(one).catch(noneIfGone);
      const project = tags['slsctl:project'];
      if (project !== undefined) found.push({ project, stage: tags['slsctl:stage'], kind, name: one.name });
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, worker));
  return found;
}

function noneIfGone(error: unknown): Tags {
  if (/^(ResourceNotFound|NoSuchEntity)/.test((error as Error).name)) return {};
  throw error;
}
