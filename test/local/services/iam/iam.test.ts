// The local IAM, compared with AWS's answers and errors.
import { beforeEach, describe, expect, it } from 'vitest';
import { createIamService } from '../../../../src/local/services/iam/service.ts';
import { account, callerOf, someone } from '../../call.ts';
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

describe('roles', () => {
  it('are answered with the members that AWS answers', async () => {
    const { Role } = await make('one', { Path: '/slsctl/app/', Description: 'for a test' });
    expect(Role).toEqual({
      Path: '/slsctl/app/',
      RoleName: 'one',
      RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      Arn: `arn:aws:iam::${account}:role/slsctl/app/one`,
      CreateDate: expect.any(Date),
      AssumeRolePolicyDocument: expect.stringMatching(/^%7B%22Version%22/),
    });
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(trust);
    const got = await call('GetRole', { RoleName: 'one' });
    expect(got.Role).toEqual({
      ...Role,
      Description: 'for a test',
      MaxSessionDuration: 3600,
      RoleLastUsed: {},
    });
    const { Roles, IsTruncated } = await call('ListRoles', {});
    expect({ Roles, IsTruncated }).toEqual({
      Roles: [{ ...Role, Description: 'for a test', MaxSessionDuration: 3600 }],
      IsTruncated: false,
    });
  });

  it('have names that are unique regardless of case', async () => {
    await make('Same');
    await expect(make('same')).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      message: 'Role with name same already exists.',
    });
    expect((await call('GetRole', { RoleName: 'SAME' })).Role?.RoleName).toBe('Same');
  });

  it('belong to one account', async () => {
    await make('mine');
    const other = callerOf(service, someone({ account: '210987654321' }));
    expect((await other('ListRoles', {})).Roles).toEqual([]);
    await expect(other('GetRole', { RoleName: 'mine' })).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The role with name mine cannot be found.',
    });
  });

  it('are listed by path, in pages', async () => {
    for (const name of ['e', 'C', 'a', 'd', 'B']) await make(name, { Path: '/p/' });
    await make('elsewhere');
    const pages: (string | undefined)[][] = [];
    let Marker: string | undefined;
    do {
      const page = await call('ListRoles', { PathPrefix: '/p/', MaxItems: 2, Marker });
      expect(page.IsTruncated).toBe(page.Marker !== undefined);
      pages.push((page.Roles ?? []).map(({ RoleName }) => RoleName));
      Marker = page.Marker;
    } while (Marker);
    expect(pages).toEqual([['a', 'B'], ['C', 'd'], ['e']]);
    await expect(call('ListRoles', { Marker: 'nonsense' })).rejects.toMatchObject({
      code: 'ValidationError',
    });
  });

  it('change only the given fields', async () => {
    await make('one');
    await call('UpdateRole', { RoleName: 'one', Description: 'new', MaxSessionDuration: 7200 });
    await call('UpdateRole', { RoleName: 'one' });
    expect((await call('GetRole', { RoleName: 'one' })).Role).toMatchObject({
      Description: 'new',
      MaxSessionDuration: 7200,
    });
    const { Role } = await call('UpdateRoleDescription', { RoleName: 'one', Description: 'newer' });
    expect(Role).toMatchObject({ Description: 'newer' });
    expect(Role).not.toHaveProperty('MaxSessionDuration');
    const wider = trust.replace('lambda', 'edgelambda');
    await call('UpdateAssumeRolePolicy', { RoleName: 'one', PolicyDocument: wider });
    const got = await call('GetRole', { RoleName: 'one' });
    expect(decodeURIComponent(got.Role?.AssumeRolePolicyDocument ?? '')).toBe(wider);
  });

  it('cannot be deleted while they have policies', async () => {
    await make('one');
    await call('AttachRolePolicy', { RoleName: 'one', PolicyArn: basic });
    await call('PutRolePolicy', { RoleName: 'one', PolicyName: 'in', PolicyDocument: permissions });
    const remove = () => call('DeleteRole', { RoleName: 'one' });
    await expect(remove()).rejects.toMatchObject({
      name: 'DeleteConflictException',
      message: 'Cannot delete entity, must detach all policies first.',
    });
    await call('DetachRolePolicy', { RoleName: 'one', PolicyArn: basic });
    await expect(remove()).rejects.toMatchObject({
      message: 'Cannot delete entity, must delete policies first.',
    });
    await call('DeleteRolePolicy', { RoleName: 'one', PolicyName: 'in' });
    await remove();
    await expect(remove()).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  it.each([
    ['a/b', undefined, 'The specified value for roleName is invalid.'],
    ['x'.repeat(65), undefined, "at 'roleName' failed to satisfy constraint: Member must have length less"],
    ['fine', 'no-slashes', 'The specified value for path is invalid.'],
  ])('refuse the name %s with path %s', async (name, Path, message) => {
    await expect(make(name, { Path })).rejects.toMatchObject({
      code: 'ValidationError',
      message: expect.stringContaining(message),
    });
  });

  it('have a permissions boundary that exists', async () => {
    await make('one', { PermissionsBoundary: basic });
    expect((await call('GetRole', { RoleName: 'one' })).Role?.PermissionsBoundary).toEqual({
      PermissionsBoundaryType: 'Policy',
      PermissionsBoundaryArn: basic,
    });
    await call('DeleteRolePermissionsBoundary', { RoleName: 'one' });
    expect((await call('GetRole', { RoleName: 'one' })).Role).not.toHaveProperty('PermissionsBoundary');
    const put = (PermissionsBoundary: string) =>
      call('PutRolePermissionsBoundary', { RoleName: 'one', PermissionsBoundary });
    await expect(put(`arn:aws:iam::${account}:policy/none`)).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: `Scope ARN: arn:aws:iam::${account}:policy/none does not exist or is not attachable.`,
    });
    await expect(put('arn:aws:iam::x:none')).rejects.toMatchObject({
      name: 'InvalidInputException',
      message: 'ARN arn:aws:iam::x:none is not valid.',
    });
  });
});

describe('trust policies', () => {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: 'sts:AssumeRole',
  };
  it.each<[string, unknown, string]>([
    ['text that is no JSON', '{', 'This policy contains invalid Json'],
    ['no statement', { Version: '2012-10-17' }, 'Syntax errors in policy.'],
    ['an unknown version', { Version: '2024-01-01', Statement: [statement] }, 'Syntax errors in policy.'],
    ['a resource', { Statement: { ...statement, Resource: '*' } }, 'Has prohibited field Resource'],
    [
      'no principal',
      { Statement: { ...statement, Principal: undefined } },
      'Missing required field Principal',
    ],
    [
      'another action',
      { Statement: [{ ...statement, Action: 'ec2:DescribeInstances' }] },
      'AssumeRole policy may only specify STS AssumeRole actions.',
    ],
    [
      'what is no service',
      { Statement: [{ ...statement, Principal: { Service: 'lambda' } }] },
      'Invalid principal in policy: "SERVICE":"lambda"',
    ],
  ])('with %s are refused', async (_case, document, message) => {
    const text = typeof document === 'string' ? document : JSON.stringify(document);
    await expect(make('one', { AssumeRolePolicyDocument: text })).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
      message,
    });
  });
});

describe('role tags', () => {
  it('are set, replaced regardless of case, listed and removed', async () => {
    await make('one', { Tags: [{ Key: 'somekey', Value: 'a' }] });
    const list = async () => (await call('ListRoleTags', { RoleName: 'one' })).Tags;
    await call('TagRole', {
      RoleName: 'one',
      Tags: [
        { Key: 'SomeKey', Value: 'b' },
        { Key: 'another', Value: '' },
      ],
    });
    expect(await list()).toEqual([
      { Key: 'SomeKey', Value: 'b' },
      { Key: 'another', Value: '' },
    ]);
    expect((await call('GetRole', { RoleName: 'one' })).Role?.Tags).toEqual(await list());
    await call('UntagRole', { RoleName: 'one', TagKeys: ['SOMEKEY', 'none'] });
    expect(await list()).toEqual([{ Key: 'another', Value: '' }]);
  });

  it("have AWS's limits", async () => {
    const many = (count: number, prefix = 'k') =>
      Array.from({ length: count }, (_, index) => ({ Key: `${prefix}${index}`, Value: 'v' }));
    await expect(make('one', { Tags: many(51) })).rejects.toMatchObject({
      code: 'ValidationError',
      message:
        "1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50",
    });
    await expect(make('one', { Tags: [...many(1), { Key: 'K0', Value: '' }] })).rejects.toMatchObject({
      name: 'InvalidInputException',
      message: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    });
    await make('one', { Tags: many(50) });
    await expect(call('TagRole', { RoleName: 'one', Tags: many(1, 'x') })).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
  });
});
