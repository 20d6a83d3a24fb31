// A whole account as data: all lists of Lambda, IAM and CloudWatch Logs.
import * as logsSdk from '@aws-sdk/client-cloudwatch-logs';
import * as iamSdk from '@aws-sdk/client-iam';
import * as sdk from '@aws-sdk/client-lambda';
import type { Clients } from './local.ts';

/** The answers of all lists, without their metadata. */
export async function account({ lambda, iam, logs }: Clients): Promise<unknown> {
  const [{ Functions = [] }, { Layers = [] }, mappings, { Roles = [] }, policies, groups] = await Promise.all(
    [
      lambda.send(new sdk.ListFunctionsCommand({ FunctionVersion: 'ALL' })),
      lambda.send(new sdk.ListLayersCommand({})),
      lambda.send(new sdk.ListEventSourceMappingsCommand({})),
      iam.send(new iamSdk.ListRolesCommand({})),
      iam.send(new iamSdk.ListPoliciesCommand({ Scope: 'Local' })),
      logs.send(new logsSdk.DescribeLogGroupsCommand({})),
    ],
  );
  const names = [...new Set(Functions.map(({ FunctionName = '' }) => FunctionName))];
  const plain = (answer: object) => ({ ...answer, $metadata: undefined });
  const details = await Promise.all([
    ...names.flatMap((FunctionName) => [
      lambda.send(new sdk.ListVersionsByFunctionCommand({ FunctionName })),
      lambda.send(new sdk.ListAliasesCommand({ FunctionName })),
      lambda.send(new sdk.ListFunctionUrlConfigsCommand({ FunctionName })),
      lambda.send(new sdk.ListFunctionEventInvokeConfigsCommand({ FunctionName })),
      lambda.send(new sdk.ListProvisionedConcurrencyConfigsCommand({ FunctionName })),
      lambda.send(new sdk.GetPolicyCommand({ FunctionName })).catch(() => ({})),
      lambda.send(new sdk.GetFunctionConcurrencyCommand({ FunctionName })),
    ]),
    ...Functions.filter(({ Version }) => Version === '$LATEST').map(({ FunctionArn = '' }) =>
      lambda.send(new sdk.ListTagsCommand({ Resource: FunctionArn.replace(/:\$LATEST$/, '') })),
    ),
    ...Layers.map(({ LayerName }) => lambda.send(new sdk.ListLayerVersionsCommand({ LayerName }))),
    ...Roles.flatMap(({ RoleName }) => [
      iam.send(new iamSdk.GetRoleCommand({ RoleName })),
      iam.send(new iamSdk.ListAttachedRolePoliciesCommand({ RoleName })),
      iam.send(new iamSdk.ListRolePoliciesCommand({ RoleName })),
    ]),
    ...(groups.logGroups ?? []).map(({ logGroupName }) =>
      logs.send(new logsSdk.ListTagsLogGroupCommand({ logGroupName })),
    ),
  ]);
  return { Functions, Layers, Roles, lists: [mappings, policies, groups, ...details].map(plain) };
}

/** Values that differ for each creation: times, ids, addresses. */
const traces = new Set([
  'RevisionId',
  'LastModified',
  'LastModifiedTime',
  'CreatedDate',
  'CreateDate',
  'CreationTime',
  'creationTime',
  'RoleId',
  'RoleLastUsed',
  'FunctionUrl',
  'UUID',
  'EventSourceMappingArn',
  'storedBytes',
]);

/** The account without such values, so that two accounts with the same changes compare equal. */
export function withoutTraces(value: unknown): unknown {
  if (Array.isArray(value)) {
    const list = value.map(withoutTraces);
    return list.every((one) => typeof one === 'object' && one && 'Key' in one) ? sorted(list) : list;
  }
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const entries = Object.entries(value).filter(([key]) => !traces.has(key));
  return Object.fromEntries(entries.map(([key, one]) => [key, withoutTraces(one)]));
}

/** Sorts tags, because their order depends on the requests. */
function sorted(tags: unknown[]): unknown[] {
  return tags.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
