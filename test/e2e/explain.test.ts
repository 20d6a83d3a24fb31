// What --explain prints is what deploy does: run as a script, it makes the same function elsewhere.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSlsctl, run } from '../support/cli.ts';
import { clientsOf, everything, type LocalAws, startLocal } from '../support/local.ts';
import { editProject, functionKey, removeFolder, replaceIn, temporaryFolder } from '../support/project.ts';
import { awsCli } from '../support/tools.ts';

const aws = await awsCli();

/** Values that must appear nowhere in what is printed, with characters that shells and JSON care about. */
const secrets = { TABLE_NAME: 'my-users', API_KEY: `it's "quoted" \\ and $HOME` };

describe.skipIf(!aws)('--explain of a deploy, as a shell script (AWS CLI v2)', () => {
  let first: LocalAws;
  let second: LocalAws;
  let folder: string;
  let name: string;

  beforeAll(async () => {
    [first, second, folder] = await Promise.all([startLocal(), startLocal(), temporaryFolder('explain')]);
    await expectSlsctl(['init', folder, '--template', 'hello-python', '--yes']);
    name = await functionKey(folder);
    await editProject(folder, [
      [['functions', name, 'description'], "a function that's explained"],
      [['functions', name, 'environment'], secrets],
      [['functions', name, 'tags'], { team: 'greeters + co' }],
    ]);
  });
  afterAll(async () => {
    await Promise.all([first?.stop(), second?.stop()]);
    if (folder) await removeFolder(folder);
  });

  /** Runs a command against the first local AWS and answers the commands that it explained. */
  async function explained(...args: string[]): Promise<string[]> {
    const { stdout, stderr } = await expectSlsctl([...args, '--explain', '--local'], {
      cwd: folder,
      env: { SLSCTL_HOME: first.home },
    });
    for (const secret of Object.values(secrets)) expect(stdout + stderr).not.toContain(secret);
    expect(stdout).not.toMatch(/^aws /m);
    return stderr.split('\n').filter((line) => line.startsWith('aws '));
  }

  /** Runs the commands against the second one. Reads of what is not there yet fail, as they did for slsctl. */
  async function replay(commands: string[]): Promise<string> {
    const script = `aws() { "$SLSCTL_TEST_AWS" --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
${commands.join('\n').replaceAll(first.endpoint, second.endpoint)}\n`;
    const env = { ...second.env, ...secrets, AWS_PAGER: '', SLSCTL_TEST_AWS: aws };
    const { stderr } = await run('sh', ['-s'], { cwd: folder, env, input: script });
    return stderr;
  }

  it('makes the same function, role and log group', async () => {
    const commands = await explained('deploy');
    expect(commands.filter((line) => line.startsWith('aws lambda create-function'))).toHaveLength(1);
    const complaints = await replay(commands);
    const [made, remade] = await Promise.all([live(first, name), live(second, name)]);
    expect(remade, complaints).toEqual(made);
    expect(made.function.Environment?.Variables).toEqual(secrets);
  });

  it('makes the same changes', async () => {
    await editProject(folder, [[['functions', name, 'memorySize'], 512]]);
    await replaceIn(join(folder, 'lambda_function.py'), 'Hello', 'Good day');
    const complaints = await replay(await explained('deploy'));
    const [made, remade] = await Promise.all([live(first, name), live(second, name)]);
    expect(made.function.MemorySize).toBe(512);
    expect(remade, complaints).toEqual(made);
  });

  it('removes the same things', async () => {
    await replay(await explained('destroy', '--yes'));
    expect(await everything(second.env)).toEqual(await everything(first.env));
    expect(await everything(second.env)).toEqual([]);
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
  return {
    function: configuration,
    tags: Tags,
    concurrency: Concurrency,
    role: { ...settings, Tags: roleTags.toSorted((a, b) => (String(a.Key) < String(b.Key) ? -1 : 1)) },
    attached: attached.AttachedPolicies,
    inline: await Promise.all(documents),
    logGroups: logGroups.map(({ creationTime, storedBytes, ...group }) => group),
  };
}
