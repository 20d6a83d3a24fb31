// The account as a whole, service-linked roles, and the policy simulator.
import { beforeEach, describe, expect, it } from 'vitest';
import { createIamService } from '../../../../src/local/services/iam/service.ts';
import { account, callerOf } from '../../call.ts';
import { alone } from '../../composed.ts';

let service: ReturnType<typeof createIamService>;
let call: ReturnType<typeof callerOf<(typeof service)['sdk'], (typeof service)['state']>>;

beforeEach(() => {
  service = alone(createIamService);
  call = callerOf(service);
});

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = { Effect: 'Allow', Action: 's3:PutObject', Resource: '*' };
/** A policy variable. */
const username = ['$', '{aws:username}'].join('');
const makeRole = (more: object = {}) =>
  call('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: trust, ...more });

describe('the account', () => {
  it('counts its entities', async () => {
    const before = (await call('GetAccountSummary', {})).SummaryMap ?? {};
    expect(before).toMatchObject({ AccessKeysPerUserQuota: 2, RolesQuota: 1000, Roles: 0, Users: 0 });
    await makeRole();
    await call('CreateUser', { UserName: 'u' });
    await call('CreateGroup', { GroupName: 'g' });
    await call('CreatePolicy', { PolicyName: 'p', PolicyDocument: policy(allow) });
    expect((await call('GetAccountSummary', {})).SummaryMap).toEqual({
      ...before,
      Groups: 1,
      Policies: 1,
      PolicyVersionsInUse: 1,
      Roles: 1,
      Users: 1,
    });
  });

  it('has one alias', async () => {
    await call('CreateAccountAlias', { AccountAlias: 'first' });
    await call('CreateAccountAlias', { AccountAlias: 'second' });
    expect(await call('ListAccountAliases', {})).toEqual({ AccountAliases: ['second'], IsTruncated: false });
    await expect(call('DeleteAccountAlias', { AccountAlias: 'first' })).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
    await call('DeleteAccountAlias', { AccountAlias: 'second' });
    expect((await call('ListAccountAliases', {})).AccountAliases).toEqual([]);
    await expect(call('CreateAccountAlias', { AccountAlias: 'No_Good' })).rejects.toMatchObject({
      code: 'ValidationError',
    });
  });

  it('is listed as a whole, or by kind', async () => {
    await makeRole({ Tags: [{ Key: 'a', Value: 'b' }] });
    const arn = (await call('CreatePolicy', { PolicyName: 'p', PolicyDocument: policy(allow) })).Policy?.Arn;
    await call('AttachRolePolicy', { RoleName: 'r', PolicyArn: arn });
    await call('PutRolePolicy', { RoleName: 'r', PolicyName: 'in', PolicyDocument: policy(allow) });
    await call('CreateUser', { UserName: 'u' });
    await call('CreateGroup', { GroupName: 'g' });
    await call('AddUserToGroup', { GroupName: 'g', UserName: 'u' });
    const all = await call('GetAccountAuthorizationDetails', {});
    expect(all.RoleDetailList).toEqual([
      {
        Path: '/',
        RoleName: 'r',
        RoleId: expect.any(String),
        Arn: `arn:aws:iam::${account}:role/r`,
        CreateDate: expect.any(Date),
        AssumeRolePolicyDocument: encodeURIComponent(trust),
        InstanceProfileList: [],
        RolePolicyList: [{ PolicyName: 'in', PolicyDocument: expect.stringMatching(/^%7B/) }],
        AttachedManagedPolicies: [{ PolicyName: 'p', PolicyArn: arn }],
        Tags: [{ Key: 'a', Value: 'b' }],
        RoleLastUsed: {},
      },
    ]);
    expect(all.UserDetailList).toMatchObject([
      { UserName: 'u', GroupList: ['g'], AttachedManagedPolicies: [], Tags: [] },
    ]);
    expect(all.GroupDetailList).toMatchObject([{ GroupName: 'g', GroupPolicyList: [] }]);
    expect(all.Policies).toMatchObject([
      {
        PolicyName: 'p',
        AttachmentCount: 1,
        PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true }],
      },
    ]);
    expect(await call('GetAccountAuthorizationDetails', { Filter: ['Group'] })).toEqual({
      ...all,
      RoleDetailList: [],
      UserDetailList: [],
      Policies: [],
    });
  });
});

describe('service-linked roles', () => {
  const create = (more: object = {}) =>
    call('CreateServiceLinkedRole', { AWSServiceName: 'ecs.amazonaws.com', ...more });

  it('are created by their service, and deleted only by its own operation', async () => {
    const { Role } = await create({ Description: 'd' });
    expect(Role).toEqual({
      Path: '/aws-service-role/ecs.amazonaws.com/',
      RoleName: 'AWSServiceRoleForECS',
      RoleId: expect.stringMatching(/^AROA/),
      Arn: `arn:aws:iam::${account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
      CreateDate: expect.any(Date),
      AssumeRolePolicyDocument: expect.stringContaining('ecs.amazonaws.com'),
    });
    await expect(create()).rejects.toMatchObject({
      name: 'InvalidInputException',
      message:
        'Service role name AWSServiceRoleForECS has been taken in this account, please try a different suffix.',
    });
    const RoleName = Role?.RoleName;
    await expect(call('DeleteRole', { RoleName })).rejects.toMatchObject({
      name: 'UnmodifiableEntityException',
      message:
        "Cannot perform the operation on the protected role 'AWSServiceRoleForECS' - this role is only modifiable by AWS",
    });
    const { DeletionTaskId } = await call('DeleteServiceLinkedRole', { RoleName });
    expect(await call('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId })).toEqual({
      Status: 'SUCCEEDED',
    });
    await expect(call('GetRole', { RoleName })).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  it('have a suffix where the service allows one', async () => {
    await expect(create({ CustomSuffix: 'x' })).rejects.toMatchObject({
      message: 'Custom suffix is not allowed for ecs.amazonaws.com',
    });
    const scaling = await create({ AWSServiceName: 'autoscaling.amazonaws.com', CustomSuffix: 'x' });
    expect(scaling.Role?.RoleName).toBe('AWSServiceRoleForAutoScaling_x');
  });
});

describe('the policy simulator', () => {
  const decide = async (statements: object[], more: object = {}) => {
    const { EvaluationResults } = await call('SimulateCustomPolicy', {
      PolicyInputList: [policy(...statements)],
      ActionNames: ['s3:PutObject'],
      ...more,
    });
    return EvaluationResults?.map(({ EvalDecision }) => EvalDecision).join(' ');
  };

  it('answers for a principal as AWS does', async () => {
    const document = policy({ Sid: '', ...allow });
    const made = await call('CreatePolicy', { PolicyName: 'p', PolicyDocument: document });
    await makeRole();
    await call('AttachRolePolicy', { RoleName: 'r', PolicyArn: made.Policy?.Arn });
    const bucket = 'arn:aws:s3:::bucket';
    const result = await call('SimulatePrincipalPolicy', {
      PolicySourceArn: `arn:aws:iam::${account}:role/r`,
      ActionNames: ['s3:PutObject', 's3:GetObjectVersion'],
      ResourceArns: [bucket],
    });
    const MatchedStatements = [
      {
        SourcePolicyId: 'p',
        SourcePolicyType: 'IAM Policy',
        StartPosition: { Line: 1, Column: 38 },
        EndPosition: { Line: 1, Column: document.length - 1 },
      },
    ];
    const of = (EvalDecision: string, matched: unknown[]) => ({
      EvalDecision,
      EvalResourceName: bucket,
      MatchedStatements: matched,
      MissingContextValues: [],
      ResourceSpecificResults: [
        {
          EvalResourceName: bucket,
          EvalResourceDecision: EvalDecision,
          MatchedStatements: matched,
          MissingContextValues: [],
        },
      ],
    });
    expect(result).toEqual({
      EvaluationResults: [
        { EvalActionName: 's3:PutObject', ...of('allowed', MatchedStatements) },
        { EvalActionName: 's3:GetObjectVersion', ...of('implicitDeny', []) },
      ],
      IsTruncated: false,
    });
  });

  it('counts lines and columns as AWS does', async () => {
    const lone =
      '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}';
    const pretty = `{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "dynamodb:*",
            "Resource": "*"
        },
        { "Effect": "Allow", "Action": ["dynamodb:Create*"], "Resource": "*", "Sid": "}{" }
    ]
}`;
    const { EvaluationResults } = await call('SimulateCustomPolicy', {
      PolicyInputList: [lone, pretty],
      ActionNames: ['dynamodb:CreateBackup'],
      ContextEntries: [
        {
          ContextKeyName: 'aws:CurrentTime',
          ContextKeyValues: ['2019-04-25T11:00:00Z'],
          ContextKeyType: 'date',
        },
      ],
    });
    const at = (Line: number, Column: number) => ({ Line, Column });
    expect(EvaluationResults?.[0]?.MatchedStatements).toMatchObject([
      { SourcePolicyId: 'PolicyInputList.1', StartPosition: at(1, 38), EndPosition: at(1, 167) },
      { SourcePolicyId: 'PolicyInputList.2', StartPosition: at(3, 19), EndPosition: at(8, 10) },
      { SourcePolicyId: 'PolicyInputList.2', StartPosition: at(8, 10), EndPosition: at(9, 92) },
    ]);
    expect(EvaluationResults?.[0]?.EvalResourceName).toBe('*');
    expect(EvaluationResults?.[0]).not.toHaveProperty('ResourceSpecificResults');
  });

  const object = { ResourceArns: ['arn:aws:s3:::bucket/a/b'] };
  it.each<[string, object[], object, string]>([
    ['nothing applies', [{ ...allow, Action: 's3:Get*' }], {}, 'implicitDeny'],
    ['wildcards match, whatever the case', [{ ...allow, Action: 'S3:P?t*' }], {}, 'allowed'],
    ['a Deny wins', [allow, { ...allow, Effect: 'Deny' }], {}, 'explicitDeny'],
    [
      'NotAction leaves it out',
      [{ Effect: 'Allow', NotAction: 's3:Put*', Resource: '*' }],
      {},
      'implicitDeny',
    ],
    ['NotAction takes it in', [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], {}, 'allowed'],
    ['a resource matches', [{ ...allow, Resource: 'arn:aws:s3:::bucket/*' }], object, 'allowed'],
    ['a resource does not', [{ ...allow, Resource: 'arn:aws:s3:::Bucket/*' }], object, 'implicitDeny'],
    [
      'NotResource leaves it out',
      [{ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::bucket/*' }],
      object,
      'implicitDeny',
    ],
    [
      'one of two resources does not',
      [{ ...allow, Resource: 'arn:aws:s3:::a' }],
      {
        ResourceArns: ['arn:aws:s3:::a', 'arn:aws:s3:::b'],
      },
      'implicitDeny',
    ],
    [
      'a boundary does not allow',
      [allow],
      {
        PermissionsBoundaryPolicyInputList: [policy({ ...allow, Action: 's3:Get*' })],
      },
      'implicitDeny',
    ],
  ])('%s', async (_case, statements, more, decision) => {
    expect(await decide(statements, more)).toBe(decision);
  });

  const context = (entries: Record<string, string[]>) => ({
    ContextEntries: Object.entries(entries).map(([ContextKeyName, ContextKeyValues]) => ({
      ContextKeyName,
      ContextKeyValues,
      ContextKeyType: 'stringList' as const,
    })),
  });
  it.each<[condition: object, entries: Record<string, string[]>, allowed: boolean]>([
    [{ StringEquals: { 'aws:RequestTag/a': ['x', 'y'] } }, { 'AWS:requesttag/A': ['y'] }, true],
    [{ StringEquals: { k: 'x' } }, { k: ['X'] }, false],
    [{ StringEquals: { k: 'x' } }, {}, false],
    [{ StringEqualsIgnoreCase: { k: 'x' } }, { k: ['X'] }, true],
    [{ StringNotEquals: { k: ['x', 'y'] } }, { k: ['y'] }, false],
    [{ StringNotEquals: { k: 'x' } }, {}, true],
    [{ StringEqualsIfExists: { k: 'x' } }, {}, true],
    [{ StringLike: { k: `home/${username}/*` } }, { k: ['home/a*b/c'], 'aws:username': ['a*b'] }, true],
    [{ StringLike: { k: `home/${username}/*` } }, { k: ['home/axb/c'], 'aws:username': ['a*b'] }, false],
    [{ StringNotLike: { k: 'a*' } }, { k: ['abc'] }, false],
    [{ NumericLessThanEquals: { k: 10 } }, { k: ['10'] }, true],
    [{ NumericGreaterThan: { k: 10 } }, { k: ['10'] }, false],
    [{ DateGreaterThan: { k: '2018-08-16T12:00:00Z' } }, { k: ['2018-04-25T11:00:00Z'] }, false],
    [{ DateLessThan: { k: '2018-08-16T12:00:00Z' } }, { k: ['2018-04-25T11:00:00Z'] }, true],
    [{ Bool: { k: 'true' } }, { k: ['true'] }, true],
    [{ BoolIfExists: { k: false } }, { k: ['true'] }, false],
    [{ IpAddress: { k: '203.0.113.0/24' } }, { k: ['203.0.113.77'] }, true],
    [{ IpAddress: { k: '2001:db8::/32' } }, { k: ['2001:db8:1::2'] }, true],
    [{ NotIpAddress: { k: '203.0.113.0/24' } }, { k: ['203.0.113.77'] }, false],
    [{ ArnLike: { k: 'arn:aws:sns:*:1:topic-*' } }, { k: ['arn:aws:sns:eu-west-1:1:topic-a'] }, true],
    [{ ArnLike: { k: 'arn:aws:*:topic' } }, { k: ['arn:aws:sns:eu-west-1:1:topic'] }, false],
    [{ Null: { k: 'true' } }, {}, true],
    [{ Null: { k: 'false' } }, {}, false],
    [{ 'ForAllValues:StringEquals': { k: ['a', 'b'] } }, { k: ['a', 'c'] }, false],
    [{ 'ForAllValues:StringEquals': { k: ['a', 'b'] } }, {}, true],
    [{ 'ForAnyValue:StringEquals': { k: ['a', 'b'] } }, { k: ['a', 'c'] }, true],
    [{ 'ForAnyValue:StringEquals': { k: ['a', 'b'] } }, {}, false],
    [{ StringEquals: { k: 'x' }, Bool: { l: 'true' } }, { k: ['x'], l: ['false'] }, false],
  ])('with %j and %j', async (Condition, entries, allowed) => {
    expect(await decide([{ ...allow, Condition }], context(entries))).toBe(
      allowed ? 'allowed' : 'implicitDeny',
    );
  });

  it('says which context keys are missing', async () => {
    const document = policy({
      ...allow,
      Resource: `arn:aws:s3:::b/${username}`,
      Condition: { StringEquals: { 'aws:RequestedRegion': 'x' }, Bool: { 'AWS:requestedRegion': 'y' } },
    });
    expect(
      (await call('GetContextKeysForCustomPolicy', { PolicyInputList: [document] })).ContextKeyNames,
    ).toEqual(['AWS:requestedRegion', 'aws:username']);
    const { EvaluationResults } = await call('SimulateCustomPolicy', {
      PolicyInputList: [policy({ ...allow, Condition: { StringEquals: { 'aws:RequestedRegion': 'x' } } })],
      ActionNames: ['s3:PutObject'],
    });
    expect(EvaluationResults?.[0]?.MissingContextValues).toEqual(['aws:RequestedRegion']);
  });

  it("uses a user's own policies, those of their groups, and their boundary", async () => {
    await call('CreateUser', { UserName: 'u' });
    await call('CreateGroup', { GroupName: 'g' });
    await call('AddUserToGroup', { GroupName: 'g', UserName: 'u' });
    await call('PutGroupPolicy', { GroupName: 'g', PolicyName: 'in', PolicyDocument: policy(allow) });
    const ask = async () => {
      const { EvaluationResults } = await call('SimulatePrincipalPolicy', {
        PolicySourceArn: `arn:aws:iam::${account}:user/u`,
        ActionNames: ['s3:PutObject'],
      });
      return EvaluationResults?.[0];
    };
    expect(await ask()).toMatchObject({
      EvalDecision: 'allowed',
      MatchedStatements: [{ SourcePolicyId: 'group_g_in' }],
    });
    await call('PutUserPermissionsBoundary', {
      UserName: 'u',
      PermissionsBoundary: 'arn:aws:iam::aws:policy/AmazonSQSFullAccess',
    });
    expect(await ask()).toMatchObject({
      EvalDecision: 'implicitDeny',
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
    });
  });

  it('refuses unreadable policies', async () => {
    const ActionNames = ['s3:PutObject'];
    await expect(call('SimulateCustomPolicy', { PolicyInputList: ['{'], ActionNames })).rejects.toMatchObject(
      {
        name: 'InvalidInputException',
      },
    );
    await expect(
      call('SimulatePrincipalPolicy', { PolicySourceArn: 'nobody', ActionNames }),
    ).rejects.toMatchObject({ name: 'InvalidInputException' });
    await expect(
      call('SimulatePrincipalPolicy', { PolicySourceArn: `arn:aws:iam::${account}:role/no`, ActionNames }),
    ).rejects.toMatchObject({ message: 'The role with name no cannot be found.' });
  });
});
