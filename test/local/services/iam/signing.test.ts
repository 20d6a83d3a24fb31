// Access keys and session credentials from a client's view: they sign requests and identify the caller.
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteUserCommand,
  DetachRolePolicyCommand,
  GetAccessKeyLastUsedCommand,
  GetPolicyCommand,
  GetRoleCommand,
  GetUserCommand,
  IAMClient,
  UpdateAccessKeyCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type InProcessAws, startInProcess } from '../../in-process.ts';

interface Keys {
  AccessKeyId?: string | undefined;
  SecretAccessKey?: string | undefined;
  SessionToken?: string | undefined;
}

let aws: InProcessAws;
let iam: IAMClient;
let sts: STSClient;
let Account: string;

const settings = ({ AccessKeyId = '', SecretAccessKey = '', SessionToken }: Keys) => ({
  endpoint: aws.endpoint,
  region: 'eu-central-1',
  maxAttempts: 1,
  credentials: {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(SessionToken && { sessionToken: SessionToken }),
  },
});

const whoIs = async (keys: Keys | undefined) => {
  const { $metadata: _, ...identity } = await new STSClient(settings(keys ?? {})).send(
    new GetCallerIdentityCommand({}),
  );
  return identity;
};

beforeAll(async () => {
  aws = await startInProcess();
  const root = { AccessKeyId: aws.env.AWS_ACCESS_KEY_ID, SecretAccessKey: aws.env.AWS_SECRET_ACCESS_KEY };
  iam = new IAMClient(settings(root));
  sts = new STSClient(settings(root));
  Account = (await sts.send(new GetCallerIdentityCommand({}))).Account ?? '';
}, 60_000);

afterAll(() => aws?.stop());

it('the root user calls as the account', async () => {
  expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
    UserId: Account,
    Arn: `arn:aws:iam::${Account}:root`,
  });
});

describe('the access key of a user', () => {
  it('signs as the user, also after a rename, until it is disabled', async () => {
    const { User } = await iam.send(new CreateUserCommand({ UserName: 'alice', Path: '/team/' }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'alice' }));
    expect(await whoIs(AccessKey)).toEqual({ Account, UserId: User?.UserId, Arn: User?.Arn });
    const own = await new IAMClient(settings(AccessKey ?? {})).send(new GetUserCommand({}));
    expect(own.User).toEqual(User);
    const { AccessKeyId } = AccessKey ?? {};
    const lastUsed = () => iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
    expect(await lastUsed()).toMatchObject({
      UserName: 'alice',
      AccessKeyLastUsed: { ServiceName: 'iam', Region: 'us-east-1', LastUsedDate: expect.any(Date) },
    });
    await new CloudWatchLogsClient(settings(AccessKey ?? {})).send(new DescribeLogGroupsCommand({}));
    expect((await lastUsed()).AccessKeyLastUsed).toMatchObject({
      ServiceName: 'logs',
      Region: 'eu-central-1',
    });

    await iam.send(new UpdateUserCommand({ UserName: 'alice', NewUserName: 'bob' }));
    expect((await whoIs(AccessKey)).Arn).toBe(`arn:aws:iam::${Account}:user/team/bob`);
    await expect(iam.send(new DeleteUserCommand({ UserName: 'bob' }))).rejects.toMatchObject({
      name: 'DeleteConflictException',
      $metadata: { httpStatusCode: 409 },
      message: 'Cannot delete entity, must delete access keys first.',
    });
    await iam.send(new UpdateAccessKeyCommand({ UserName: 'bob', AccessKeyId, Status: 'Inactive' }));
    await expect(whoIs(AccessKey)).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
      $metadata: { httpStatusCode: 403 },
    });
    await expect(whoIs({ ...AccessKey, AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' })).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
  });

  it('gets session credentials that sign as the user and cannot get further ones', async () => {
    const { User } = await iam.send(new CreateUserCommand({ UserName: 'carol' }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'carol' }));
    const { Credentials } = await new STSClient(settings(AccessKey ?? {})).send(
      new GetSessionTokenCommand({}),
    );
    expect(await whoIs(Credentials)).toEqual({ Account, UserId: User?.UserId, Arn: User?.Arn });
    const { SessionToken: _, ...unaccompanied } = Credentials ?? {};
    await expect(whoIs(unaccompanied)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });
});

describe('the session of a role', () => {
  const trust = (more: object) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: Account }, ...more }],
    });

  it('signs as the assumed role', async () => {
    const AssumeRolePolicyDocument = trust({});
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: 'deployer', AssumeRolePolicyDocument }),
    );
    const { AssumedRoleUser, Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'ci' }),
    );
    expect(AssumedRoleUser).toEqual({
      Arn: `arn:aws:sts::${Account}:assumed-role/deployer/ci`,
      AssumedRoleId: `${Role?.RoleId}:ci`,
    });
    expect(await whoIs(Credentials)).toEqual({
      Account,
      Arn: AssumedRoleUser?.Arn,
      UserId: AssumedRoleUser?.AssumedRoleId,
    });
    await expect(
      sts.send(new AssumeRoleCommand({ RoleArn: 'nothing-valid-in-here', RoleSessionName: 'ci' })),
    ).rejects.toMatchObject({ name: 'ValidationError', message: 'nothing-valid-in-here is invalid' });
    const federated = await sts.send(new GetFederationTokenCommand({ Name: 'bob' }));
    expect((await whoIs(federated.Credentials)).Arn).toBe(`arn:aws:sts::${Account}:federated-user/bob`);
  });
});

it("answers of IAM reach the SDK in AWS's words", async () => {
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  });
  const made = await iam.send(
    new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument, Tags: [{ Key: 'k', Value: '' }] }),
  );
  expect(Object.keys(made.Role ?? {}).sort()).toEqual([
    'Arn',
    'AssumeRolePolicyDocument',
    'CreateDate',
    'Path',
    'RoleId',
    'RoleName',
    'Tags',
  ]);
  expect((await iam.send(new GetRoleCommand({ RoleName: 'r' }))).Role).toEqual({
    ...made.Role,
    MaxSessionDuration: 3600,
    RoleLastUsed: {},
  });
  const none = `arn:aws:iam::${Account}:policy/none`;
  const attach = (PolicyArn: string) => iam.send(new AttachRolePolicyCommand({ RoleName: 'r', PolicyArn }));
  await expect(attach(none)).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    Error: { Code: 'NoSuchEntity', Type: 'Sender' },
    $metadata: { httpStatusCode: 404 },
    message: `Policy ${none} does not exist or is not attachable.`,
  });
  await expect(
    iam.send(new DetachRolePolicyCommand({ RoleName: 'r', PolicyArn: none })),
  ).rejects.toMatchObject({ message: `Policy ${none} was not found.` });
  await expect(iam.send(new GetPolicyCommand({ PolicyArn: 'mine' }))).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Invalid ARN:  Could not be parsed!',
  });
  await expect(
    iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: '{' })),
  ).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
    Error: { Code: 'MalformedPolicyDocument' },
    $metadata: { httpStatusCode: 400 },
    message: 'This policy contains invalid Json',
  });
});
