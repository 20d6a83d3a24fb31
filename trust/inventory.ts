// Everything that a project has on AWS, as text that is the same for each copy of the project.
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import type { Clients } from '../test/support/local.ts';

/** What differs between two copies, or from run to run. */
const volatile =
  /^(\$metadata|RevisionId|LastModified|LastModifiedTime|CreationTime|creationTime|CreateDate|CreatedDate|RoleId|FunctionUrl|Location|RuntimeVersionConfig|storedBytes|RoleLastUsed|LastUpdateStatus.*|State.*)$/;

/** By kind and name: `function t-api 2`. */
export type Inventory = Readonly<Record<string, string>>;

export async function inventory({ lambda: functions, iam: roles, logs: groups }: Clients, name: string) {
  const found: Record<string, string> = {};
  const own = (text = '') => text === name || text.startsWith(`${name}-`) || text.includes(`/${name}-`);
  // The mark of the config names the folder of the copy.
  const named = (text: string) => text.replaceAll(name, 'NAME').replace(/slsctl-trust-\w+/g, 'FOLDER');
  const put = (kind: string, id: string, value: unknown) => {
    found[named(`${kind} ${id}`)] = named(JSON.stringify(value, stable));
  };
  const tryRead = <T>(read: Promise<T>): Promise<T | undefined> =>
    read.catch((error) => {
      if (error.$metadata?.httpStatusCode === 404) return undefined;
      throw error;
    });

  const { Functions = [] } = await functions.send(new lambda.ListFunctionsCommand({}));
  for (const { FunctionName = '' } of Functions.filter((one) => own(one.FunctionName))) {
    const { Versions = [] } = await functions.send(
      new lambda.ListVersionsByFunctionCommand({ FunctionName }),
    );
    for (const version of Versions) put('function', `${FunctionName} ${version.Version}`, version);
    const { Tags, Concurrency } = await functions.send(new lambda.GetFunctionCommand({ FunctionName }));
    put('tags of', FunctionName, { Tags, Concurrency });
    const { Aliases = [] } = await functions.send(new lambda.ListAliasesCommand({ FunctionName }));
    for (const alias of Aliases) {
      put('alias', `${FunctionName}:${alias.Name}`, alias);
      await policyOf(FunctionName, alias.Name);
    }
    await policyOf(FunctionName, undefined);
    const { FunctionUrlConfigs = [] } = await functions.send(
      new lambda.ListFunctionUrlConfigsCommand({ FunctionName }),
    );
    for (const url of FunctionUrlConfigs) put('url', url.FunctionArn ?? '', url);
  }
  async function policyOf(FunctionName: string, Qualifier: string | undefined) {
    const read = functions.send(new lambda.GetPolicyCommand({ FunctionName, Qualifier }));
    const { Policy = '{}' } = (await tryRead(read)) ?? {};
    for (const statement of JSON.parse(Policy).Statement ?? []) {
      put('permission', `${FunctionName}:${Qualifier} ${statement.Sid}`, statement);
    }
  }

  const { Layers = [] } = await functions.send(new lambda.ListLayersCommand({}));
  for (const { LayerName = '' } of Layers.filter((one) => own(one.LayerName))) {
    const { LayerVersions = [] } = await functions.send(new lambda.ListLayerVersionsCommand({ LayerName }));
    for (const version of LayerVersions) put('layer', `${LayerName} ${version.Version}`, version);
  }

  const { Roles = [] } = await roles.send(new iam.ListRolesCommand({}));
  for (const { RoleName = '' } of Roles.filter((one) => own(one.RoleName))) {
    put('role', RoleName, (await roles.send(new iam.GetRoleCommand({ RoleName }))).Role);
    const attached = await roles.send(new iam.ListAttachedRolePoliciesCommand({ RoleName }));
    put('policies of', RoleName, attached.AttachedPolicies);
    const { PolicyNames = [] } = await roles.send(new iam.ListRolePoliciesCommand({ RoleName }));
    for (const PolicyName of PolicyNames) {
      const policy = await roles.send(new iam.GetRolePolicyCommand({ RoleName, PolicyName }));
      put('policy', `${RoleName} ${PolicyName}`, policy.PolicyDocument);
    }
  }

  const { logGroups = [] } = await groups.send(new logs.DescribeLogGroupsCommand({}));
  for (const group of logGroups.filter((one) => own(one.logGroupName))) {
    put('log group', group.logGroupName ?? '', group);
    const { tags } = await groups.send(
      new logs.ListTagsForResourceCommand({ resourceArn: group.logGroupArn ?? '' }),
    );
    put('tags of', group.logGroupName ?? '', tags);
  }
  return found as Inventory;
}

/** Members in the order of their names, without those that differ from run to run. */
function stable(key: string, value: unknown): unknown {
  if (volatile.test(key)) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What differs, in a few words; undefined: nothing. */
export function difference(wanted: Inventory, got: Inventory): string | undefined {
  const missing = Object.keys(wanted).filter((id) => !(id in got));
  const extra = Object.keys(got).filter((id) => !(id in wanted));
  const changed = Object.keys(wanted).filter((id) => id in got && got[id] !== wanted[id]);
  const texts = [
    ...missing.map((id) => `${id} is missing`),
    ...extra.map((id) => `${id} is left over`),
    ...changed.map((id) => `${id} differs: ${firstDifference(got[id] ?? '', wanted[id] ?? '')}`),
  ];
  return texts.length > 0 ? texts.join('; ') : undefined;
}

/** `…"Timeout":5… where …"Timeout":7… was wanted` */
function firstDifference(got: string, wanted: string): string {
  let at = 0;
  while (got[at] === wanted[at]) at++;
  const part = (text: string) => `…${text.slice(Math.max(0, at - 40), at + 40)}…`;
  return `${part(got)} where ${part(wanted)} was wanted`;
}
