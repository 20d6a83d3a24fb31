// A function with every kind of attachment: created, changed, reset and destroyed by the output of --explain.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateCodeSigningConfigCommand, PublishLayerVersionCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { filesZip } from '../../local/zip.ts';
import { tellFunction } from '../../support/live-function.ts';
import { clientsOf, everything, type LocalAws } from '../../support/local.ts';
import { type Replay, startReplay } from '../../support/replay.ts';
import { recentAwsCli } from '../../support/tools.ts';

const aws = await recentAwsCli();
/** Each command of the CLI is a program that takes its time to start. */
const timeout = 300_000;
const secrets = { API_KEY: `it's "quoted" \\ $HOME`, TABLE_NAME: 'my-users' };
const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-1:000000000000:${rest}`;
const managed = (name: string) => `arn:aws:iam::aws:policy/${name}`;

/** Two settings of each field, by name. */
const settings = (signing: string[]): Record<string, [unknown, unknown]> => ({
  description: ["it's “explained”", 'shorter'],
  memorySize: [512, 1024],
  timeout: [10, 20],
  architectures: [['arm64'], ['x86_64']],
  ephemeralStorage: [1024, 2048],
  environment: [secrets, { API_KEY: secrets.API_KEY }],
  layers: [[arn('lambda', 'layer:shared:1')], [arn('lambda', 'layer:shared:2')]],
  kmsKeyArn: [arn('kms', 'key/one'), arn('kms', 'key/two')],
  vpcConfig: [
    { subnetIds: ['subnet-1', 'subnet-2'], securityGroupIds: ['sg-1'] },
    { subnetIds: ['subnet-2'], securityGroupIds: ['sg-1'], ipv6AllowedForDualStack: true },
  ],
  tracingConfig: [{ mode: 'Active' }, { mode: 'PassThrough' }],
  loggingConfig: [
    { logFormat: 'JSON', applicationLogLevel: 'DEBUG', systemLogLevel: 'WARN', logGroup: '/shared/logs' },
    { logFormat: 'Text', logGroup: '/shared/logs' },
  ],
  deadLetterConfig: [{ targetArn: arn('sqs', 'dead') }, { targetArn: arn('sns', 'dead') }],
  snapStart: [{ applyOn: 'PublishedVersions' }, { applyOn: 'None' }],
  policies: [[managed('AmazonS3ReadOnlyAccess')], [managed('AmazonDynamoDBReadOnlyAccess')]],
  statements: [
    [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::it-s/*' }],
    [{ Sid: 'Other', Effect: 'Allow', Action: ['sqs:ReceiveMessage'], Resource: '*' }],
  ],
  permissionsBoundary: [managed('PowerUserAccess'), managed('AdministratorAccess')],
  tags: [{ team: 'greeters + co', 'cost center': '-1' }, { team: 'others' }],
  logRetentionInDays: [7, 'never'],
  reservedConcurrentExecutions: [5, 0],
  eventInvokeConfig: [
    { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60, onFailure: arn('sqs', 'failed') },
    { maximumRetryAttempts: 1, onSuccess: arn('sns', 'done'), onFailure: null },
  ],
  url: [
    {
      authType: 'NONE',
      invokeMode: 'RESPONSE_STREAM',
      cors: {
        allowOrigins: ['https://a.example', '*'],
        allowMethods: ['GET'],
        allowCredentials: false,
        maxAge: 60,
      },
    },
    { authType: 'AWS_IAM', invokeMode: 'BUFFERED', cors: { allowOrigins: ['*'], allowHeaders: ['-x', 'y'] } },
  ],
  permissions: [
    {
      uploads: {
        principal: 's3.amazonaws.com',
        sourceArn: 'arn:aws:s3:::uploads',
        sourceAccount: '000000000000',
      },
    },
    { uploads: null, partner: { principal: '111111111111', action: 'lambda:GetFunction' } },
  ],
  recursiveLoop: ['Allow', 'Terminate'],
  codeSigningConfigArn: [signing[0], signing[1]],
  runtimeManagementConfig: [
    { updateRuntimeOn: 'Manual', runtimeVersionArn: `arn:aws:lambda:us-east-1::runtime:${'a'.repeat(64)}` },
    { updateRuntimeOn: 'FunctionUpdate' },
  ],
});

describe.skipIf(!aws)('--explain of a function with everything, as a shell script', () => {
  let two: Replay;
  let signing: string[][];

  beforeAll(async () => {
    two = await startReplay(aws as string, secrets);
    signing = await Promise.all([prepare(two.first), prepare(two.second)]);
    await writeFile(join(two.folder, 'app.py'), 'def handler(event, context):\n    return event\n');
  });
  afterAll(() => two?.stop());

  /** Deploys it there with slsctl and here with the commands, and compares all that can be told. */
  async function deployBoth(pick: (values: [unknown, unknown]) => unknown) {
    const fields = Object.entries(settings(signing[0] ?? [])).map(([key, values]) => [key, pick(values)]);
    const hello = { runtime: 'python3.12', handler: 'app.handler', ...Object.fromEntries(fields) };
    await writeFile(
      join(two.folder, 'slsctl.yml'),
      stringify({ project: 'explained', functions: { hello } }),
    );
    const commands = await two.explained('deploy', '--yes');
    const complaints = await two.replay(commands.map(onSecond));
    const [made, remade] = await Promise.all([
      live(two.first),
      live(two.second).catch(() => expect.fail(complaints)),
    ]);
    expect(JSON.parse(onSecond(JSON.stringify(remade))), complaints).toEqual(
      JSON.parse(onSecond(JSON.stringify(made))),
    );
    return made;
  }

  /** Signing configurations get ids of their own. */
  function onSecond(text: string): string {
    const [mine = [], others = []] = signing;
    return mine.reduce((changed, id, index) => changed.replaceAll(id, others[index] ?? ''), text);
  }

  it(
    'creates it',
    async () => {
      const made = await deployBoth(([one]) => one);
      expect(made.hello).toMatchObject({
        reservedConcurrentExecutions: 5,
        recursiveLoop: 'Allow',
        url: { authType: 'NONE', cors: { maxAge: 60 } },
        eventInvokeConfig: { maximumRetryAttempts: 0 },
        environment: secrets,
        codeSigningConfigArn: signing[0]?.[0],
      });
    },
    timeout,
  );

  it(
    'changes every field',
    async () => {
      const made = await deployBoth(([, other]) => other);
      expect(made.hello).toMatchObject({ url: { authType: 'AWS_IAM' }, description: 'shorter' });
    },
    timeout,
  );

  it(
    'resets every field',
    async () => {
      const made = await deployBoth(() => null);
      expect(made.hello).toMatchObject({ memorySize: 128, timeout: 3, recursiveLoop: 'Terminate' });
      expect(made.hello).not.toHaveProperty('url');
      expect(made.hello).not.toHaveProperty('environment');
    },
    timeout,
  );

  it(
    'creates it again, and destroys it',
    async () => {
      await deployBoth(([one]) => one);
      await two.replay((await two.explained('destroy', '--yes')).map(onSecond));
      expect(await everything(two.second.env)).toEqual(await everything(two.first.env));
      expect(await everything(two.second.env)).toEqual([]);
    },
    timeout,
  );
});

async function prepare({ env }: LocalAws): Promise<string[]> {
  const { lambda } = await clientsOf(env);
  for (const text of ['one', 'two']) {
    const Content = { ZipFile: filesZip({ 'shared.txt': text }) };
    await lambda.send(new PublishLayerVersionCommand({ LayerName: 'shared', Content }));
  }
  const profile = arn('signer', '/signing-profiles/one/0123456789');
  const AllowedPublishers = { SigningProfileVersionArns: [profile] };
  const made = [1, 2].map(() => lambda.send(new CreateCodeSigningConfigCommand({ AllowedPublishers })));
  return (await Promise.all(made)).map(
    ({ CodeSigningConfig }) => CodeSigningConfig?.CodeSigningConfigArn ?? '',
  );
}

async function live({ env }: LocalAws) {
  const { lastModified, revisionId, ...hello } = await tellFunction(await clientsOf(env), 'hello');
  return { hello, everything: await everything(env) };
}
