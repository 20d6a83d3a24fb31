// The output of --explain does the same as deploy: run as a script, it makes the same function in another account.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSlsctl } from '../../support/in-process.ts';
import { clientsOf, everything, type LocalAws } from '../../support/local.ts';
import { editProject, functionKey, replaceIn } from '../../support/project.ts';
import { type Replay, startReplay } from '../../support/replay.ts';
import { awsCli } from '../../support/tools.ts';

const aws = await awsCli();

/** Values that must appear nowhere in what is printed, with characters that shells and JSON care about. */
const secrets = { TABLE_NAME: 'my-users', API_KEY: `it's "quoted" \\ and $HOME` };

describe.skipIf(!aws)('--explain of a deploy, as a shell script (AWS CLI v2)', () => {
  let two: Replay;
  let name: string;

  beforeAll(async () => {
    // As AWS does, it takes its time for what it has accepted.
    const slow = { createDelay: 3000, updateDelay: 3000 };
    two = await startReplay(aws as string, secrets, slow);
    await expectSlsctl(['init', two.folder, '--template', 'hello-python', '--yes']);
    name = await functionKey(two.folder);
    await editProject(two.folder, [
      [['functions', name, 'description'], "a function that's explained"],
      [['functions', name, 'environment'], secrets],
      [['functions', name, 'tags'], { team: 'greeters + co' }],
      [['functions', name, 'aliases'], { live: {} }],
    ]);
  });
  afterAll(() => two?.stop());

  it('makes the same function, role and log group', async () => {
    const commands = await two.explained('deploy');
    expect(commands.filter((line) => line.startsWith('aws lambda create-function'))).toHaveLength(1);
    const complaints = await two.replay(commands);
    const [made, remade] = await Promise.all([live(two.first, name), live(two.second, name)]);
    expect(remade, complaints).toEqual(made);
    expect(made.function.Environment?.Variables).toEqual(secrets);
  });

  it('makes the same changes', async () => {
    await editProject(two.folder, [[['functions', name, 'memorySize'], 512]]);
    await replaceIn(join(two.folder, 'lambda_function.py'), 'Hello', 'Good day');
    const complaints = await two.replay(await two.explained('deploy'));
    const [made, remade] = await Promise.all([live(two.first, name), live(two.second, name)]);
    expect(made.function.MemorySize).toBe(512);
    expect(remade, complaints).toEqual(made);
  });

  it('removes the same things', async () => {
    await two.replay(await two.explained('destroy', '--yes'));
    expect(await everything(two.second.env)).toEqual(await everything(two.first.env));
    expect(await everything(two.second.env)).toEqual([]);
  });
});

/** What is configured, without what every creation makes anew: times, ids, addresses. */
async function live({ env }: LocalAws, name: string) {
  const { lambda, iam, logs } = await clientsOf(env);
  const [{ GetFunctionCommand }, iamSdk, { DescribeLogGroupsCommand }] = await Promise.all([
    import('@aws-sdk/client-lambda'),
    import('@aws-sdk/client-iam'),
    import('@aws-sdk/client-cloudwatch-logs'),
  ]);
  const { Configuration, Tags, Concurrency } = await lambda.send(
    new GetFunctionCommand({ FunctionName: name }),
  );
  const { LastModified, RevisionId, ...configuration } = Configuration ?? {};

  const RoleName = configuration.Role?.split('/').at(-1);
  const [role, attached, inline] = await Promise.all([
    iam.send(new iamSdk.GetRoleCommand({ RoleName })),
    iam.send(new iamSdk.ListAttachedRolePoliciesCommand({ RoleName })),
    iam.send(new iamSdk.ListRolePoliciesCommand({ RoleName })),
  ]);
  const { CreateDate, RoleId, Tags: roleTags = [], ...settings } = role.Role ?? {};
  const documents = (inline.PolicyNames ?? []).map(async (PolicyName) => {
    const { PolicyDocument } = await iam.send(new iamSdk.GetRolePolicyCommand({ RoleName, PolicyName }));
    return [PolicyName, PolicyDocument];
  });

  const { logGroups = [] } = await logs.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix: `/aws/lambda/${name}` }),
  );
  const { ListAliasesCommand } = await import('@aws-sdk/client-lambda');
  const { Aliases = [] } = await lambda.send(new ListAliasesCommand({ FunctionName: name }));
  return {
    function: configuration,
    aliases: Aliases.map(({ RevisionId: _, ...alias }) => alias),
    tags: Tags,
    concurrency: Concurrency,
    role: { ...settings, Tags: roleTags.toSorted((a, b) => (String(a.Key) < String(b.Key) ? -1 : 1)) },
    attached: attached.AttachedPolicies,
    inline: await Promise.all(documents),
    logGroups: logGroups.map(({ creationTime, storedBytes, ...group }) => group),
  };
}
