// Users, their access keys, policies, tags and groups, compared with AWS's answers and errors.
import { beforeEach, describe, expect, it } from 'vitest';
import { createIamService } from '../../../../src/local/services/iam/service.ts';
import { accountOfKey } from '../../../../src/local/services/iam/unique-id.ts';
import { keyHolder, noteUse } from '../../../../src/local/services/iam/users/access-keys.ts';
import { account, callerOf, someone } from '../../call.ts';
import { alone } from '../../composed.ts';

const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' }],
});
const arnOf = (name: string) => `arn:aws:iam::${account}:user/${name}`;

let service: ReturnType<typeof createIamService>;
let call: ReturnType<typeof callerOf<(typeof service)['sdk'], (typeof service)['state']>>;

beforeEach(() => {
  service = alone(createIamService);
  call = callerOf(service);
});

const as = (callerArn: string) => callerOf(service, someone({ callerArn }));
const make = (UserName: string, more: object = {}) => call('CreateUser', { UserName, ...more });

async function makePolicy(PolicyName = 'p'): Promise<string> {
  const { Policy } = await call('CreatePolicy', { PolicyName, PolicyDocument: document });
  return Policy?.Arn ?? '';
}

describe('users', () => {
  it('are answered with the members that AWS answers', async () => {
    const { User } = await make('one', { Path: '/test-path/' });
    expect(User).toEqual({
      Path: '/test-path/',
      UserName: 'one',
      UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
      Arn: arnOf('test-path/one'),
      CreateDate: expect.any(Date),
    });
    expect(await call('GetUser', { UserName: 'one' })).toEqual({ User });
    expect(await call('ListUsers', { PathPrefix: '/test' })).toEqual({ Users: [User], IsTruncated: false });
    expect((await call('ListUsers', { PathPrefix: '/x/' })).Users).toEqual([]);
    await expect(make('ONE')).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      message: 'User with name ONE already exists.',
    });
  });

  it.each(['GetUser', 'UpdateUser', 'DeleteUser', 'CreateAccessKey', 'ListUserTags'] as const)(
    'that do not exist are not found by %s',
    async (operation) => {
      await expect(call(operation, { UserName: 'nonexistent-user' })).rejects.toMatchObject({
        name: 'NoSuchEntityException',
        message: 'The user with name nonexistent-user cannot be found.',
      });
    },
  );

  it('are the caller when the request has no name', async () => {
    const { User } = await make('one', { Path: '/a/' });
    expect(await as(arnOf('a/one'))('GetUser', {})).toEqual({ User });
    expect((await call('GetUser', {})).User).toMatchObject({
      UserId: account,
      Arn: `arn:aws:iam::${account}:root`,
    });
    await expect(as(`arn:aws:sts::${account}:assumed-role/r/s`)('GetUser', {})).rejects.toMatchObject({
      code: 'ValidationError',
      message: 'Must specify userName when calling with non-User credentials',
    });
  });

  it('keep their id, keys and login under a new name', async () => {
    const { User } = await make('old');
    const { AccessKey } = await call('CreateAccessKey', { UserName: 'old' });
    await call('CreateLoginProfile', { UserName: 'old', Password: 'TestPassword123!' });
    await make('other');
    await expect(call('UpdateUser', { UserName: 'old', NewUserName: 'other' })).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
    });
    await call('UpdateUser', { UserName: 'old', NewUserName: 'new', NewPath: '/p/' });
    expect((await call('GetUser', { UserName: 'new' })).User).toEqual({
      ...User,
      UserName: 'new',
      Path: '/p/',
      Arn: arnOf('p/new'),
    });
    await expect(call('GetUser', { UserName: 'old' })).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
    expect((await call('ListAccessKeys', { UserName: 'new' })).AccessKeyMetadata).toMatchObject([
      { UserName: 'new', AccessKeyId: AccessKey?.AccessKeyId },
    ]);
    expect((await call('GetLoginProfile', { UserName: 'new' })).LoginProfile?.UserName).toBe('new');
    expect(keyHolder(service.state, AccessKey?.AccessKeyId ?? '')).toMatchObject({
      arn: arnOf('p/new'),
      userId: User?.UserId,
    });
  });

  it('cannot be deleted while they have keys, policies, groups or a login', async () => {
    const UserName = 'one';
    await make(UserName);
    const PolicyArn = await makePolicy();
    await call('AttachUserPolicy', { UserName, PolicyArn });
    await call('PutUserPolicy', { UserName, PolicyName: 'in', PolicyDocument: document });
    const { AccessKey } = await call('CreateAccessKey', { UserName });
    await call('CreateLoginProfile', { UserName, Password: 'x' });
    await call('CreateGroup', { GroupName: 'g' });
    await call('AddUserToGroup', { GroupName: 'g', UserName });
    const steps: [message: string, step: () => Promise<unknown>][] = [
      ['detach all policies', () => call('DetachUserPolicy', { UserName, PolicyArn })],
      ['delete policies', () => call('DeleteUserPolicy', { UserName, PolicyName: 'in' })],
      [
        'delete access keys',
        () => call('DeleteAccessKey', { UserName, AccessKeyId: AccessKey?.AccessKeyId }),
      ],
      ['delete login profile', () => call('DeleteLoginProfile', { UserName })],
      ['remove users from group', () => call('RemoveUserFromGroup', { GroupName: 'g', UserName })],
    ];
    for (const [what, step] of steps) {
      await expect(call('DeleteUser', { UserName })).rejects.toMatchObject({
        name: 'DeleteConflictException',
        message: `Cannot delete entity, must ${what} first.`,
      });
      await step();
    }
    await call('DeleteUser', { UserName });
    await expect(call('GetUser', { UserName })).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  it('have the given boundary and tags', async () => {
    const PermissionsBoundary = await makePolicy();
    const Tags = [
      { Key: 'Team', Value: 'b' },
      { Key: 'Environment', Value: 'a' },
    ];
    const { User } = await make('one', { PermissionsBoundary, Tags });
    const boundary = { PermissionsBoundaryArn: PermissionsBoundary, PermissionsBoundaryType: 'Policy' };
    expect(User).toMatchObject({ PermissionsBoundary: boundary, Tags });
    expect((await call('GetUser', { UserName: 'one' })).User?.PermissionsBoundary).toEqual(boundary);
    await call('DeleteUserPermissionsBoundary', { UserName: 'one' });
    expect((await call('GetUser', { UserName: 'one' })).User).not.toHaveProperty('PermissionsBoundary');
    await call('PutUserPermissionsBoundary', { UserName: 'one', PermissionsBoundary });
    expect((await call('GetUser', { UserName: 'one' })).User?.PermissionsBoundary).toEqual(boundary);
    await call('TagUser', { UserName: 'one', Tags: [{ Key: 'team', Value: '' }] });
    await call('UntagUser', { UserName: 'one', TagKeys: ['environment'] });
    expect(await call('ListUserTags', { UserName: 'one' })).toEqual({
      Tags: [{ Key: 'team', Value: '' }],
      IsTruncated: false,
    });
  });

  it('have policies attached and inline', async () => {
    const UserName = 'one';
    await make(UserName);
    const PolicyArn = await makePolicy();
    expect(await call('ListAttachedUserPolicies', { UserName })).toEqual({
      AttachedPolicies: [],
      IsTruncated: false,
    });
    await call('AttachUserPolicy', { UserName, PolicyArn });
    expect((await call('ListAttachedUserPolicies', { UserName })).AttachedPolicies).toEqual([
      { PolicyName: 'p', PolicyArn },
    ]);
    expect((await call('GetPolicy', { PolicyArn })).Policy?.AttachmentCount).toBe(1);
    await call('DetachUserPolicy', { UserName, PolicyArn });
    await expect(call('DetachUserPolicy', { UserName, PolicyArn })).rejects.toMatchObject({
      message: `Policy ${PolicyArn} was not found.`,
    });
    await expect(call('AttachUserPolicy', { UserName, PolicyArn: `${PolicyArn}123` })).rejects.toMatchObject({
      message: `Policy ${PolicyArn}123 does not exist or is not attachable.`,
    });
    await expect(call('AttachUserPolicy', { UserName, PolicyArn: 'noarn' })).rejects.toMatchObject({
      code: 'ValidationError',
      message: 'ARN noarn is not valid.',
    });
    await call('PutUserPolicy', { UserName, PolicyName: 'in', PolicyDocument: document });
    const got = await call('GetUserPolicy', { UserName, PolicyName: 'in' });
    expect({ ...got, PolicyDocument: decodeURIComponent(got.PolicyDocument ?? '') }).toEqual({
      UserName,
      PolicyName: 'in',
      PolicyDocument: document,
    });
    expect((await call('ListUserPolicies', { UserName })).PolicyNames).toEqual(['in']);
    await expect(call('GetUserPolicy', { UserName, PolicyName: 'no' })).rejects.toMatchObject({
      message: 'The user policy with name no cannot be found.',
    });
  });
});

it('names such as __proto__ are ordinary names', async () => {
  const names = { UserName: '__proto__', PolicyName: '__proto__' };
  await make('__proto__');
  await call('PutUserPolicy', { ...names, PolicyDocument: document });
  expect((await call('ListUserPolicies', names)).PolicyNames).toEqual(['__proto__']);
  expect((await call('GetUserPolicy', names)).PolicyName).toBe('__proto__');
});

describe('access keys', () => {
  it('have a secret only in the answer to their creation', async () => {
    await make('one');
    const { AccessKey } = await call('CreateAccessKey', { UserName: 'one' });
    expect(AccessKey).toEqual({
      UserName: 'one',
      AccessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
      Status: 'Active',
      SecretAccessKey: expect.stringMatching(/^\S{40}$/),
      CreateDate: expect.any(Date),
    });
    expect(accountOfKey(AccessKey?.AccessKeyId ?? '')).toBe(account);
    const { SecretAccessKey: _, ...metadata } = AccessKey ?? {};
    expect(await call('ListAccessKeys', { UserName: 'one' })).toEqual({
      AccessKeyMetadata: [metadata],
      IsTruncated: false,
    });
    await call('CreateAccessKey', { UserName: 'one' });
    await expect(call('CreateAccessKey', { UserName: 'one' })).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'Cannot exceed quota for AccessKeysPerUser: 2',
    });
  });

  it('sign while they are active', async () => {
    await make('one');
    const { AccessKey } = await call('CreateAccessKey', { UserName: 'one' });
    const AccessKeyId = AccessKey?.AccessKeyId ?? '';
    const holder = () => keyHolder(service.state, AccessKeyId);
    expect(holder()).toMatchObject({
      secretAccessKey: AccessKey?.SecretAccessKey,
      arn: arnOf('one'),
      account,
    });
    await call('UpdateAccessKey', { UserName: 'one', AccessKeyId, Status: 'Inactive' });
    expect(holder()).toBeUndefined();
    expect((await call('ListAccessKeys', { UserName: 'one' })).AccessKeyMetadata?.[0]?.Status).toBe(
      'Inactive',
    );
    await call('UpdateAccessKey', { UserName: 'one', AccessKeyId, Status: 'Active' });
    expect(holder()).toBeDefined();
    await as(arnOf('one'))('DeleteAccessKey', { AccessKeyId });
    expect(holder()).toBeUndefined();
  });

  it('answer their last use', async () => {
    await make('one');
    const { AccessKey } = await call('CreateAccessKey', { UserName: 'one' });
    const AccessKeyId = AccessKey?.AccessKeyId ?? '';
    expect(await call('GetAccessKeyLastUsed', { AccessKeyId })).toEqual({
      UserName: 'one',
      AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
    });
    noteUse(service.state, AccessKeyId, { service: 'iam', region: 'eu-west-1' });
    const iam = { LastUsedDate: expect.any(Date), ServiceName: 'iam', Region: 'us-east-1' };
    expect((await call('GetAccessKeyLastUsed', { AccessKeyId })).AccessKeyLastUsed).toEqual(iam);
    noteUse(service.state, AccessKeyId, { service: 'lambda', region: 'eu-west-1' });
    expect((await call('GetAccessKeyLastUsed', { AccessKeyId })).AccessKeyLastUsed).toMatchObject({
      ServiceName: 'lambda',
      Region: 'eu-west-1',
    });
  });

  it("are refused in AWS's words", async () => {
    await make('one');
    const AccessKeyId = 'AKIAIOSFODNN7EXAMPLE';
    await expect(
      call('UpdateAccessKey', { UserName: 'one', AccessKeyId, Status: 'Inactive' }),
    ).rejects.toMatchObject({ message: `The Access Key with id ${AccessKeyId} cannot be found.` });
    await expect(call('GetAccessKeyLastUsed', { AccessKeyId })).rejects.toMatchObject({
      code: 'AccessDenied',
      status: 403,
      message: `User: arn:aws:iam::${account}:root is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key ${AccessKeyId}`,
    });
    await expect(call('DeleteAccessKey', { AccessKeyId })).rejects.toMatchObject({
      message: 'Must specify userName when calling with non-User credentials',
    });
  });
});

describe('login profiles', () => {
  it("are created and deleted, with AWS's errors", async () => {
    const UserName = 'one';
    await make(UserName);
    const input = { UserName, Password: 'TestPassword123!' };
    const LoginProfile = { UserName, CreateDate: expect.any(Date), PasswordResetRequired: false };
    expect(await call('CreateLoginProfile', input)).toEqual({ LoginProfile });
    await expect(call('CreateLoginProfile', input)).rejects.toMatchObject({
      message: 'Login Profile for user one already exists.',
    });
    await call('UpdateLoginProfile', { UserName, PasswordResetRequired: true });
    expect((await call('GetLoginProfile', { UserName })).LoginProfile?.PasswordResetRequired).toBe(true);
    await call('DeleteLoginProfile', { UserName });
    for (const operation of ['GetLoginProfile', 'DeleteLoginProfile'] as const) {
      await expect(call(operation, { UserName })).rejects.toMatchObject({
        message: 'Login Profile for User one cannot be found.',
      });
    }
  });
});

describe('groups', () => {
  it('have members, a path and a name that change', async () => {
    const { Group } = await call('CreateGroup', { GroupName: 'g' });
    expect(Group).toEqual({
      Path: '/',
      GroupName: 'g',
      GroupId: expect.stringMatching(/^AGPA[A-Z2-7]{17}$/),
      Arn: `arn:aws:iam::${account}:group/g`,
      CreateDate: expect.any(Date),
    });
    await expect(call('CreateGroup', { GroupName: 'G' })).rejects.toMatchObject({
      message: 'Group with name G already exists.',
    });
    const { User } = await make('one');
    const membership = { GroupName: 'g', UserName: 'one' };
    await call('AddUserToGroup', membership);
    await call('AddUserToGroup', membership);
    expect(await call('GetGroup', { GroupName: 'g' })).toEqual({ Group, Users: [User], IsTruncated: false });
    expect(await call('ListGroupsForUser', { UserName: 'one' })).toEqual({
      Groups: [Group],
      IsTruncated: false,
    });
    await expect(call('DeleteGroup', { GroupName: 'g' })).rejects.toMatchObject({
      message: 'Cannot delete entity, must remove users from group first.',
    });
    await call('RemoveUserFromGroup', membership);
    await call('RemoveUserFromGroup', membership);
    await call('UpdateGroup', { GroupName: 'g', NewGroupName: 'h', NewPath: '/new-path/' });
    expect((await call('GetGroup', { GroupName: 'h' })).Group).toEqual({
      ...Group,
      GroupName: 'h',
      Path: '/new-path/',
      Arn: `arn:aws:iam::${account}:group/new-path/h`,
    });
    for (const operation of ['GetGroup', 'DeleteGroup', 'UpdateGroup'] as const) {
      await expect(call(operation, { GroupName: 'g' })).rejects.toMatchObject({
        message: 'The group with name g cannot be found.',
      });
    }
    await expect(call('RemoveUserFromGroup', { GroupName: 'x', UserName: 'y' })).rejects.toMatchObject({
      message: 'The user with name y cannot be found.',
    });
    await expect(call('AddUserToGroup', { GroupName: 'x', UserName: 'one' })).rejects.toMatchObject({
      message: 'The group with name x cannot be found.',
    });
  });

  it('have policies, which count as attachments', async () => {
    await call('CreateGroup', { GroupName: 'g' });
    const PolicyArn = await makePolicy();
    await call('AttachGroupPolicy', { GroupName: 'g', PolicyArn });
    await call('PutGroupPolicy', { GroupName: 'g', PolicyName: 'in', PolicyDocument: document });
    expect((await call('GetGroupPolicy', { GroupName: 'g', PolicyName: 'in' })).GroupName).toBe('g');
    expect((await call('ListGroupPolicies', { GroupName: 'g' })).PolicyNames).toEqual(['in']);
    await expect(call('GetGroupPolicy', { GroupName: 'g', PolicyName: 'no' })).rejects.toMatchObject({
      message: 'The group policy with name no cannot be found.',
    });
    const entities = await call('ListEntitiesForPolicy', { PolicyArn });
    expect(entities).toEqual({
      PolicyGroups: [{ GroupName: 'g', GroupId: expect.stringMatching(/^AGPA/) }],
      PolicyUsers: [],
      PolicyRoles: [],
      IsTruncated: false,
    });
    const nobody = { ...entities, PolicyGroups: [] };
    for (const EntityFilter of ['User', 'LocalManagedPolicy'] as const) {
      expect(await call('ListEntitiesForPolicy', { PolicyArn, EntityFilter })).toEqual(nobody);
    }
    await expect(call('DeleteGroup', { GroupName: 'g' })).rejects.toMatchObject({
      message: 'Cannot delete entity, must detach all policies first.',
    });
    await call('DetachGroupPolicy', { GroupName: 'g', PolicyArn });
    await call('DeleteGroupPolicy', { GroupName: 'g', PolicyName: 'in' });
    await call('DeleteGroup', { GroupName: 'g' });
  });
});
