// The inline and managed policies of the local IAM, compared with AWS's answers and errors.
import { beforeEach, describe, expect, it } from 'vitest';
import { createIamService } from '../../../../src/local/services/iam/service.ts';
import { account, callerOf } from '../../call.ts';
import { alone } from '../../composed.ts';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const permissions = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['s3:Get*', 's3:List*'], Resource: '*' }],
});
const basic = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';

let service: ReturnType<typeof createIamService>;
let call: ReturnType<typeof callerOf<(typeof service)['sdk'], (typeof service)['state']>>;

const make = (RoleName: string, more: object = {}) =>
  call('CreateRole', { RoleName, AssumeRolePolicyDocument: trust, ...more });

beforeEach(() => {
  service = alone(createIamService);
  call = callerOf(service);
});

describe('inline policies', () => {
  beforeEach(() => make('one'));
  const put = (PolicyDocument: string, PolicyName = 'in') =>
    call('PutRolePolicy', { RoleName: 'one', PolicyName, PolicyDocument });

  it('are returned as they were put, encoded strictly by RFC 3986', async () => {
    await put(permissions);
    const got = await call('GetRolePolicy', { RoleName: 'one', PolicyName: 'in' });
    expect(got).toMatchObject({ RoleName: 'one', PolicyName: 'in' });
    expect(got.PolicyDocument).toContain('%22Resource%22%3A%22%2A%22');
    expect(decodeURIComponent(got.PolicyDocument ?? '')).toBe(permissions);
  });

  it('are listed, replaced and deleted by name', async () => {
    for (const name of ['b', 'a', 'b']) await put(permissions, name);
    const list = async () => (await call('ListRolePolicies', { RoleName: 'one' })).PolicyNames;
    expect(await list()).toEqual(['a', 'b']);
    await call('DeleteRolePolicy', { RoleName: 'one', PolicyName: 'a' });
    expect(await list()).toEqual(['b']);
    const again = call('DeleteRolePolicy', { RoleName: 'one', PolicyName: 'a' });
    await expect(again).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The role policy with name a cannot be found.',
    });
    await expect(call('GetRolePolicy', { RoleName: 'one', PolicyName: 'constructor' })).rejects.toMatchObject(
      { name: 'NoSuchEntityException' },
    );
  });

  it.each<[string, object, string]>([
    ['no version', { Statement: [] }, 'Syntax errors in policy.'],
    [
      'an old version',
      { Version: '2008-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
      'Policy document must be version 2012-10-17 or greater.',
    ],
    [
      'no resource',
      { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:*' } },
      'Policy statement must contain resources.',
    ],
    [
      'an action of no service',
      { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'GetObject', Resource: '*' } },
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    ],
    [
      'a resource that is no ARN',
      { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:*', Resource: 'bucket' } },
      'Resource bucket must be in ARN format or "*".',
    ],
  ])('with %s are refused', async (_case, document, message) => {
    await expect(put(JSON.stringify(document))).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
      message,
    });
  });

  it('have at most 10,240 characters together', async () => {
    const long = (Sid: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: { Sid, Effect: 'Allow', Action: 's3:*', Resource: `arn:aws:s3:::${'x'.repeat(6000)}` },
      });
    await put(long('A'), 'a');
    await expect(put(long('B'), 'b')).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'Maximum policy size of 10240 bytes exceeded for role one',
    });
  });
});

describe('attached policies', () => {
  beforeEach(() => make('one'));
  const attach = (PolicyArn: string) => call('AttachRolePolicy', { RoleName: 'one', PolicyArn });

  it('are attached once, listed and detached', async () => {
    await attach(basic);
    await attach(basic);
    const list = async () => (await call('ListAttachedRolePolicies', { RoleName: 'one' })).AttachedPolicies;
    expect(await list()).toEqual([{ PolicyName: 'AWSLambdaBasicExecutionRole', PolicyArn: basic }]);
    expect((await call('GetPolicy', { PolicyArn: basic })).Policy?.AttachmentCount).toBe(1);
    await call('DetachRolePolicy', { RoleName: 'one', PolicyArn: basic });
    expect(await list()).toEqual([]);
    await expect(call('DetachRolePolicy', { RoleName: 'one', PolicyArn: basic })).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: `Policy ${basic} was not found.`,
    });
  });

  it('must exist', async () => {
    await expect(attach('arn:aws:iam::aws:policy/None')).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'Policy arn:aws:iam::aws:policy/None does not exist or is not attachable.',
    });
    await expect(attach('longpolicynamebutnoarn')).rejects.toMatchObject({
      code: 'ValidationError',
      message: 'ARN longpolicynamebutnoarn is not valid.',
    });
    await expect(attach(basic.replace('service-role/', ''))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
  });

  it('are ten at most', async () => {
    const { Policies = [] } = await call('ListPolicies', { Scope: 'AWS' });
    for (const { Arn = '' } of Policies.slice(0, 10)) await attach(Arn);
    await expect(attach(Policies[10]?.Arn ?? '')).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'Cannot exceed quota for PoliciesPerRole: 10',
    });
  });
});

describe('managed policies', () => {
  const create = (PolicyName: string, more: object = {}) =>
    call('CreatePolicy', { PolicyName, PolicyDocument: permissions, ...more });

  it('of AWS exist from the start, and cannot be deleted', async () => {
    expect((await call('GetPolicy', { PolicyArn: basic })).Policy).toMatchObject({
      Arn: basic,
      Path: '/service-role/',
      DefaultVersionId: 'v1',
      AttachmentCount: 0,
      IsAttachable: true,
      Tags: [],
    });
    const { PolicyVersion } = await call('GetPolicyVersion', { PolicyArn: basic, VersionId: 'v1' });
    expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ''))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: '*',
        },
      ],
    });
    await expect(call('DeletePolicy', { PolicyArn: basic })).rejects.toMatchObject({
      code: 'AccessDenied',
      status: 403,
    });
  });

  it('of the account are created, read and deleted', async () => {
    const { Policy } = await create('mine', { Path: '/p/', Description: 'd' });
    const arn = `arn:aws:iam::${account}:policy/p/mine`;
    expect(Policy).toMatchObject({ Arn: arn, DefaultVersionId: 'v1', AttachmentCount: 0 });
    expect(Policy).not.toHaveProperty('Tags');
    expect((await call('GetPolicy', { PolicyArn: arn })).Policy).toMatchObject({
      Description: 'd',
      Tags: [],
    });
    expect((await call('ListPolicies', { Scope: 'Local' })).Policies).toHaveLength(1);
    await expect(create('MINE')).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      message: 'A policy called MINE already exists. Duplicate names are not allowed.',
    });
    await make('one');
    await call('AttachRolePolicy', { RoleName: 'one', PolicyArn: arn });
    expect((await call('ListEntitiesForPolicy', { PolicyArn: arn })).PolicyRoles).toEqual([
      { RoleName: 'one', RoleId: expect.stringMatching(/^AROA/) },
    ]);
    await expect(call('DeletePolicy', { PolicyArn: arn })).rejects.toMatchObject({
      name: 'DeleteConflictException',
      message: 'Cannot delete a policy attached to entities.',
    });
    await call('DetachRolePolicy', { RoleName: 'one', PolicyArn: arn });
    await call('DeletePolicy', { PolicyArn: arn });
    await expect(call('GetPolicy', { PolicyArn: arn })).rejects.toMatchObject({
      message: `Policy ${arn} was not found.`,
    });
    await expect(call('GetPolicy', { PolicyArn: 'mine' })).rejects.toMatchObject({
      message: 'Invalid ARN:  Could not be parsed!',
    });
  });

  it('have up to five versions, whose numbers are never reused', async () => {
    const { Policy } = await create('mine');
    const PolicyArn = Policy?.Arn;
    const add = (SetAsDefault = false) =>
      call('CreatePolicyVersion', { PolicyArn, PolicyDocument: permissions, SetAsDefault });
    for (const isDefault of [true, false, false, false]) await add(isDefault);
    await expect(add()).rejects.toMatchObject({ name: 'LimitExceededException' });
    await call('DeletePolicyVersion', { PolicyArn, VersionId: 'v5' });
    expect((await add()).PolicyVersion?.VersionId).toBe('v6');
    const { Versions = [] } = await call('ListPolicyVersions', { PolicyArn });
    expect(Versions.map(({ VersionId }) => VersionId)).toEqual(['v6', 'v4', 'v3', 'v2', 'v1']);
    expect(Versions.find(({ IsDefaultVersion }) => IsDefaultVersion)?.VersionId).toBe('v2');
    await expect(call('DeletePolicyVersion', { PolicyArn, VersionId: 'v2' })).rejects.toMatchObject({
      message: 'Cannot delete the default version of a policy.',
    });
    await expect(call('GetPolicyVersion', { PolicyArn, VersionId: 'v9' })).rejects.toMatchObject({
      message: `Policy ${PolicyArn} version v9 does not exist or is not attachable.`,
    });
  });
});

describe('the policies of AWS', () => {
  it("have AWS's names, versions and documents", async () => {
    const of = async (name: string) =>
      (await call('GetPolicy', { PolicyArn: `arn:aws:iam::aws:policy/${name}` })).Policy;
    expect(await of('IAMUserChangePassword')).toMatchObject({
      Path: '/',
      DefaultVersionId: 'v5',
      Description: 'Provides the ability for an IAM user to change their own password.',
      Tags: [],
    });
    expect(await of('job-function/SystemAdministrator')).toMatchObject({
      Path: '/job-function/',
      DefaultVersionId: 'v12',
    });
    const versions = await call('ListPolicyVersions', {
      PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess',
    });
    expect(versions.Versions?.map(({ VersionId }) => VersionId)).toEqual(['v2', 'v1']);
    const basic = await call('GetPolicyVersion', {
      PolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
      VersionId: 'v1',
    });
    expect(JSON.parse(decodeURIComponent(basic.PolicyVersion?.Document ?? ''))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: '*',
        },
      ],
    });
  });

  it('are listed once each', async () => {
    const { Policies = [] } = await call('ListPolicies', { Scope: 'AWS', MaxItems: 1000 });
    const arns = Policies.map(({ Arn }) => Arn);
    expect(arns).toEqual([...new Set(arns)]);
  });

  it("come after the account's own, and in pages", async () => {
    await call('CreatePolicy', { PolicyName: 'zzz', PolicyDocument: permissions });
    const { Policies = [] } = await call('ListPolicies', {});
    expect(Policies[0]?.PolicyName).toBe('zzz');
    const page = await call('ListPolicies', { Scope: 'AWS', MaxItems: 5 });
    expect(page.IsTruncated).toBe(true);
    expect(page.Policies?.every(({ Arn }) => Arn?.startsWith('arn:aws:iam::aws:policy/'))).toBe(true);
    expect(page.Policies).toHaveLength(5);
  });

  it('are listed for a role in the order of their attachment', async () => {
    await make('one');
    const arns = ['AmazonElasticMapReduceRole', 'AWSControlTowerServiceRolePolicy'].map(
      (name) => `arn:aws:iam::aws:policy/service-role/${name}`,
    );
    for (const PolicyArn of arns) await call('AttachRolePolicy', { RoleName: 'one', PolicyArn });
    const { AttachedPolicies } = await call('ListAttachedRolePolicies', { RoleName: 'one' });
    expect(AttachedPolicies?.map(({ PolicyArn }) => PolicyArn)).toEqual(arns);
    const { Policies } = await call('ListPolicies', { OnlyAttached: true });
    expect(Policies?.map(({ AttachmentCount }) => AttachmentCount)).toEqual([1, 1]);
  });
});

describe('the tags of policies', () => {
  it('are case-sensitive, and listed with short keys first', async () => {
    const made = await call('CreatePolicy', { PolicyName: 'p', PolicyDocument: permissions });
    const PolicyArn = made.Policy?.Arn;
    const tag = (Key: string, Value = '') => ({ Key, Value });
    await call('TagPolicy', { PolicyArn, Tags: ['abc', 'b', 'a', 'A'].map((key) => tag(key)) });
    const all = ['A', 'a', 'b', 'abc'].map((key) => tag(key));
    expect((await call('ListPolicyTags', { PolicyArn })).Tags).toEqual(all);
    expect((await call('GetPolicy', { PolicyArn })).Policy?.Tags).toEqual(all);
    const first = await call('ListPolicyTags', { PolicyArn, MaxItems: 3 });
    expect(first.IsTruncated).toBe(true);
    expect((await call('ListPolicyTags', { PolicyArn, Marker: first.Marker })).Tags).toEqual([tag('abc')]);
    await call('UntagPolicy', { PolicyArn, TagKeys: ['a', 'abc'] });
    expect((await call('ListPolicyTags', { PolicyArn })).Tags).toEqual([tag('A'), tag('b')]);
    await expect(call('TagPolicy', { PolicyArn, Tags: [tag('0'), tag('0')] })).rejects.toMatchObject({
      name: 'InvalidInputException',
      message: 'Duplicate tag keys found.',
    });
    const none = `arn:aws:iam::${account}:policy/NotAPolicy`;
    await expect(call('UntagPolicy', { PolicyArn: none, TagKeys: ['a'] })).rejects.toMatchObject({
      message: `Policy ${none} was not found.`,
    });
  });

  it('are answered in the order of the request at creation', async () => {
    const Tags = ['z', 'a', 'b'].map((Key) => ({ Key, Value: Key }));
    const made = await call('CreatePolicy', { PolicyName: 'q', PolicyDocument: permissions, Tags });
    expect(made.Policy?.Tags).toEqual(Tags);
  });
});

describe('the face for other services', () => {
  it('says what the policies and the boundary of a role allow', async () => {
    const allows = (resource: string, role = 'one') =>
      service.faces?.policies?.allowsRole(
        `arn:aws:iam::${account}:role/${role}`,
        'sqs:SendMessage',
        `arn:aws:sqs:eu-central-1:1:${resource}`,
      );
    const document = (Action: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action, Resource: 'arn:aws:sqs:*:*:q*' }],
      });
    await make('one');
    expect(allows('q1')).toBe(false);
    await call('PutRolePolicy', { RoleName: 'one', PolicyName: 'in', PolicyDocument: document('sqs:*') });
    expect([allows('q1'), allows('other'), allows('q1', 'none')]).toEqual([true, false, false]);
    const limit = { PolicyName: 'limit', PolicyDocument: document('sqs:ReceiveMessage') };
    const { Policy } = await call('CreatePolicy', limit);
    await call('PutRolePermissionsBoundary', { RoleName: 'one', PermissionsBoundary: Policy?.Arn });
    expect(allows('q1')).toBe(false);
  });
});
