// User pools: what AWS adds, and that an update sets back whatever it does not say.
import { expect, it } from 'vitest';
import { createCognitoService } from '../../../../src/local/services/cognitoidp/service.ts';
import { account, callerOf } from '../../call.ts';
import { alone } from '../../composed.ts';

const PreSignUp = `arn:aws:lambda:eu-central-1:${account}:function:f`;
const fixture = () => callerOf(alone(createCognitoService));
const refusal = (promise: Promise<unknown>) =>
  promise.catch((error: Error) => `${error.name}: ${error.message}`);

it('a pool has an id of its region, and AWS’s defaults', async () => {
  const cognito = fixture();
  const { UserPool } = await cognito('CreateUserPool', { PoolName: 'users', UserPoolTags: { a: 'b' } });
  expect(UserPool?.Id).toMatch(/^eu-central-1_[0-9A-Za-z]{9}$/);
  expect(await cognito('DescribeUserPool', { UserPoolId: UserPool?.Id })).toEqual({ UserPool });
  expect(UserPool).toMatchObject({
    Name: 'users',
    Arn: `arn:aws:cognito-idp:eu-central-1:${account}:userpool/${UserPool?.Id}`,
    LambdaConfig: {},
    MfaConfiguration: 'OFF',
    DeletionProtection: 'INACTIVE',
    EstimatedNumberOfUsers: 0,
    EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' },
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: false, UnusedAccountValidityDays: 7 },
    UserPoolTags: { a: 'b' },
  });
  expect(UserPool?.Policies?.PasswordPolicy?.MinimumLength).toBe(8);
});

it('an update sets back every setting that it does not say', async () => {
  const cognito = fixture();
  const { UserPool } = await cognito('CreateUserPool', {
    PoolName: 'users',
    UsernameAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
    MfaConfiguration: 'OPTIONAL',
    Policies: { PasswordPolicy: { MinimumLength: 12 } },
  });
  const UserPoolId = UserPool?.Id as string;
  await cognito('UpdateUserPool', { UserPoolId, LambdaConfig: { PreSignUp } });
  const after = (await cognito('DescribeUserPool', { UserPoolId })).UserPool;
  expect(after).toMatchObject({ Name: 'users', UsernameAttributes: ['email'], LambdaConfig: { PreSignUp } });
  expect(after).not.toHaveProperty('AutoVerifiedAttributes');
  expect(after?.MfaConfiguration).toBe('OFF');
  expect(after?.Policies?.PasswordPolicy?.MinimumLength).toBe(8);
});

it('tags are set, removed and listed', async () => {
  const cognito = fixture();
  const { UserPool } = await cognito('CreateUserPool', { PoolName: 'users' });
  const ResourceArn = UserPool?.Arn as string;
  await cognito('TagResource', { ResourceArn, Tags: { a: '1', b: '2' } });
  await cognito('UntagResource', { ResourceArn, TagKeys: ['a'] });
  expect(await cognito('ListTagsForResource', { ResourceArn })).toEqual({ Tags: { b: '2' } });
});

it('pools are listed by pages', async () => {
  const cognito = fixture();
  for (const PoolName of ['one', 'two', 'three']) await cognito('CreateUserPool', { PoolName });
  const first = await cognito('ListUserPools', { MaxResults: 2 });
  const second = await cognito('ListUserPools', { MaxResults: 2, NextToken: first.NextToken });
  const names = [...(first.UserPools ?? []), ...(second.UserPools ?? [])].map(({ Name }) => Name);
  expect(names.sort()).toEqual(['one', 'three', 'two']);
  expect(second.NextToken).toBeUndefined();
});

it('a protected pool is not deleted; an unknown one is refused', async () => {
  const cognito = fixture();
  const { UserPool } = await cognito('CreateUserPool', { PoolName: 'p', DeletionProtection: 'ACTIVE' });
  const UserPoolId = UserPool?.Id as string;
  expect(await refusal(cognito('DeleteUserPool', { UserPoolId }))).toMatch(/^InvalidParameterException: /);
  await cognito('UpdateUserPool', { UserPoolId });
  await cognito('DeleteUserPool', { UserPoolId });
  expect(await refusal(cognito('DescribeUserPool', { UserPoolId }))).toBe(
    `ResourceNotFoundException: User pool ${UserPoolId} does not exist.`,
  );
  expect(await refusal(cognito('DescribeUserPool', { UserPoolId: 'users' }))).toContain("at 'userPoolId'");
});

it('a trigger that is no function is refused', async () => {
  const cognito = fixture();
  const refused = refusal(cognito('CreateUserPool', { PoolName: 'p', LambdaConfig: { PreSignUp: 'f' } }));
  expect(await refused).toContain("Value 'f' at 'lambdaConfig.preSignUp'");
});
