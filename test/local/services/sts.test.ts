// The local STS: identities, assumed roles, and the lifetime of session credentials.
import { beforeEach, describe, expect, it } from 'vitest';
import { compose } from '../../../src/local/compose.ts';
import type { Roles } from '../../../src/local/faces.ts';
import { createIamService } from '../../../src/local/services/iam/service.ts';
import { createStsService } from '../../../src/local/services/sts/service.ts';
import { createSessions } from '../../../src/local/services/sts/sessions.ts';
import type { Store } from '../../../src/local/store/store.ts';
import { account, callerOf, someone } from '../call.ts';
import { surroundings } from '../composed.ts';
import { memoryStore } from '../memory-store.ts';

let roles: Roles;
let store: Store;
let iam: ReturnType<typeof createIamService>;
let sts: ReturnType<typeof createStsService>;

const arnOf = (name: string) => `arn:aws:iam::${account}:role/${name}`;

async function makeRole(name: string, Principal: unknown, more: object = {}) {
  const Statement = [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  const { Role } = await callerOf(iam)('CreateRole', { RoleName: name, AssumeRolePolicyDocument });
  return Role;
}

const assume = (RoleArn: string, more: object = {}, call = someone()) =>
  callerOf(sts, call)('AssumeRole', { RoleArn, RoleSessionName: 'session', ...more });

beforeEach(() => {
  store = memoryStore();
  const local = compose({ createIamService, createStsService }, surroundings({ store }));
  iam = local.of(createIamService);
  sts = local.of(createStsService);
  roles = local.of(createStsService).faces?.roles as Roles;
});

describe('STS', () => {
  it("answers the caller's identity", async () => {
    expect(await callerOf(sts)('GetCallerIdentity', {})).toEqual({
      Account: account,
      Arn: `arn:aws:iam::${account}:root`,
      UserId: account,
    });
  });

  it.each<[string, unknown]>([
    ['its account by number', { AWS: account }],
    ['its account by root', { AWS: `arn:aws:iam::${account}:root` }],
    ['anyone', '*'],
    ['any AWS principal among others', { Service: 'lambda.amazonaws.com', AWS: ['*'] }],
  ])('lets a caller assume a role that trusts %s', async (_case, principal) => {
    const role = await makeRole('one', principal);
    const { AssumedRoleUser, Credentials } = await assume(arnOf('one'));
    expect(AssumedRoleUser).toEqual({
      Arn: `arn:aws:sts::${account}:assumed-role/one/session`,
      AssumedRoleId: `${role?.RoleId}:session`,
    });
    expect(Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(Credentials?.SecretAccessKey).toHaveLength(40);
    const session = createSessions(store).lookup(Credentials?.AccessKeyId ?? '');
    expect(session).toMatchObject({
      account,
      arn: AssumedRoleUser?.Arn,
      userId: AssumedRoleUser?.AssumedRoleId,
      secretAccessKey: Credentials?.SecretAccessKey,
      sessionToken: Credentials?.SessionToken,
    });
    const left = (session?.expires ?? 0) - Date.now();
    expect(left).toBeGreaterThan(3_500_000);
    expect(left).toBeLessThanOrEqual(3_600_000);
  });

  it.each<[string, unknown, object]>([
    ['trusts a service only', { Service: 'lambda.amazonaws.com' }, {}],
    ['trusts another account', { AWS: '210987654321' }, {}],
    ['asks for an external id', { AWS: account }, { Condition: { StringEquals: { 'sts:ExternalId': 'x' } } }],
    ['denies', '*', { Effect: 'Deny' }],
  ])('refuses a role that %s', async (_case, principal, more) => {
    await makeRole('one', principal, more);
    await expect(assume(arnOf('one'))).rejects.toMatchObject({
      code: 'AccessDenied',
      status: 403,
      message: `User: arn:aws:iam::${account}:root is not authorized to perform: sts:AssumeRole on resource: ${arnOf('one')}`,
    });
  });

  it('accepts the external id that a role requires', async () => {
    await makeRole(
      'one',
      { AWS: account },
      { Condition: { StringEquals: { 'sts:ExternalId': ['x', 'y'] } } },
    );
    expect(await assume(arnOf('one'), { ExternalId: 'y' })).toHaveProperty('Credentials');
  });

  it('lets a session of a trusted role assume it, for an hour at most', async () => {
    await makeRole('first', { AWS: account });
    await makeRole('second', { AWS: arnOf('first') });
    await callerOf(iam)('UpdateRole', { RoleName: 'second', MaxSessionDuration: 7200 });
    const session = someone({ callerArn: `arn:aws:sts::${account}:assumed-role/first/s` });
    expect(await assume(arnOf('second'), {}, session)).toHaveProperty('Credentials');
    await expect(assume(arnOf('second'))).rejects.toMatchObject({ code: 'AccessDenied' });
    await expect(assume(arnOf('second'), { DurationSeconds: 7200 }, session)).rejects.toMatchObject({
      message: expect.stringContaining('1 hour session limit'),
    });
  });

  it.each<[object, string]>([
    [{ RoleArn: 'nothing-valid-in-here' }, 'nothing-valid-in-here is invalid'],
    [
      { RoleSessionName: 'Session1:2' },
      "1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
    ],
    [
      { RoleSessionName: 's'.repeat(65) },
      `1 validation error detected: Value '${'s'.repeat(65)}' at 'roleSessionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    ],
    [
      { DurationSeconds: 7200 },
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    ],
  ])("refuses %j in AWS's words", async (input, message) => {
    await makeRole('one', '*');
    await expect(assume(arnOf('one'), input)).rejects.toMatchObject({ code: 'ValidationError', message });
  });

  it('issues session credentials for the caller', async () => {
    const { Credentials } = await callerOf(sts)('GetSessionToken', {});
    expect(createSessions(store).lookup(Credentials?.AccessKeyId ?? '')).toMatchObject({
      account,
      arn: `arn:aws:iam::${account}:root`,
      userId: account,
    });
    const session = someone({ callerArn: `arn:aws:sts::${account}:assumed-role/one/s` });
    await expect(callerOf(sts, session)('GetSessionToken', {})).rejects.toMatchObject({
      message: 'Cannot call GetSessionToken with session credentials',
    });
  });
});

describe('a request for session credentials', () => {
  const tagging = { Action: ['sts:AssumeRole', 'sts:TagSession'] };
  const tag = (Key: string) => ({ Key, Value: 'v' });
  const wrong = (message: string) => ({ code: 'InvalidParameterValue', message });

  it('may have tags, each key once, but no inherited key', async () => {
    await makeRole('one', { AWS: account }, tagging);
    await makeRole('two', { AWS: account }, tagging);
    await expect(assume(arnOf('one'), { Tags: [tag('a')], TransitiveTagKeys: ['b'] })).rejects.toMatchObject(
      wrong('The specified transitive tag key must be included in the requested tags.'),
    );
    await expect(assume(arnOf('one'), { Tags: [tag('a'), tag('A')] })).rejects.toMatchObject(
      wrong('Duplicate tag keys found. Please note that Tag keys are case insensitive.'),
    );
    const { AssumedRoleUser } = await assume(arnOf('one'), { Tags: [tag('a')], TransitiveTagKeys: ['a'] });
    const session = someone({
      callerArn: AssumedRoleUser?.Arn ?? '',
      callerId: AssumedRoleUser?.AssumedRoleId ?? '',
    });
    await expect(assume(arnOf('two'), { Tags: [tag('A')] }, session)).rejects.toMatchObject(
      wrong(
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
      ),
    );
    expect(await assume(arnOf('two'), { Tags: [tag('b')] }, session)).toHaveProperty('Credentials');
  });

  it('may not have tags when the role does not allow them', async () => {
    await makeRole('one', { AWS: account });
    await expect(assume(arnOf('one'), { Tags: [tag('a')] })).rejects.toMatchObject({
      code: 'AccessDenied',
      message: `User: arn:aws:iam::${account}:root is not authorized to perform: sts:TagSession on resource: ${arnOf('one')}`,
    });
  });

  it('may have a policy, whose size is answered', async () => {
    await makeRole('one', { AWS: account });
    const Statement = [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    const packed = (await assume(arnOf('one'), { Policy })).PackedPolicySize;
    expect(packed).toBeGreaterThan(0);
    expect(packed).toBeLessThan(100);
    expect(await assume(arnOf('one'))).not.toHaveProperty('PackedPolicySize');
    await expect(assume(arnOf('one'), { Policy: '{' })).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
      message: 'This policy contains invalid Json',
    });
  });
});

describe('federated users and access keys', () => {
  it('have a name in the account', async () => {
    const { FederatedUser, Credentials, PackedPolicySize } = await callerOf(sts)('GetFederationToken', {
      Name: 'bob',
    });
    expect(FederatedUser).toEqual({
      FederatedUserId: `${account}:bob`,
      Arn: `arn:aws:sts::${account}:federated-user/bob`,
    });
    expect(PackedPolicySize).toBe(0);
    expect(sts.state.sessions.lookup(Credentials?.AccessKeyId ?? '')?.arn).toBe(FederatedUser?.Arn);
  });

  it.each(['123456789012', '000000000001', '999999999999'])('name the account %s', async (owner) => {
    const { accessKeyId } = sts.state.sessions.issue({ account: owner, arn: 'a', userId: 'u' }, 900);
    expect(await callerOf(sts)('GetAccessKeyInfo', { AccessKeyId: accessKeyId })).toEqual({ Account: owner });
  });

  it('of AWS are decoded in the same way', async () => {
    const key = { AccessKeyId: 'ASIAQNZGKIQY56JQ7WML' };
    expect(await callerOf(sts)('GetAccessKeyInfo', key)).toEqual({ Account: '029608264753' });
  });
});

describe('shared sessions', () => {
  const owner = { account, arn: `arn:aws:sts::${account}:assumed-role/r/s`, userId: 'AROAX:s' };
  const count = () => [...store.collection('sts/sessions').entries()].length;

  it('are shared for the first half of their lifetime, and removed after its end', () => {
    let now = 1_000_000;
    const sessions = createSessions(store, () => now);
    const first = sessions.share(owner, 1000);
    now += 499_000;
    expect(sessions.share(owner, 1000)).toEqual(first);
    now += 2000;
    const second = sessions.share(owner, 1000);
    expect(second.accessKeyId).not.toBe(first.accessKeyId);
    expect(sessions.lookup(first.accessKeyId)).toBeDefined();
    expect(count()).toBe(2);
    now = first.expires;
    expect(sessions.lookup(first.accessKeyId)?.expires).toBe(now);
    sessions.share({ ...owner, userId: 'AROAY:s' }, 1000);
    expect(count()).toBe(2);
    expect(sessions.lookup(first.accessKeyId)).toBeUndefined();
    expect(sessions.lookup(second.accessKeyId)).toBeDefined();
  });

  it('have different credentials in different slots', () => {
    const sessions = createSessions(store, () => 1_000_000);
    const keys = [0, 1, 2, 0, 1].map((slot) => sessions.share(owner, 1000, slot).accessKeyId);
    expect(new Set(keys).size).toBe(3);
    expect(keys.slice(3)).toEqual(keys.slice(0, 2));
  });

  it('leave no records behind', () => {
    let now = 1_000_000;
    const sessions = createSessions(store, () => now);
    for (let index = 0; index < 20; index++) {
      sessions.share({ ...owner, userId: `AROAX:${index}` }, 900, index % 3);
      now += 900_000;
    }
    for (const name of ['sts/sessions', 'sts/session-expiries', 'sts/shared-sessions']) {
      expect([...store.collection(name).entries()]).toHaveLength(1);
    }
  });
});

describe('roles of functions', () => {
  const lambda = { Service: ['edgelambda.amazonaws.com', 'lambda.amazonaws.com'] };

  it('can be assumed by the services that they trust, at their exact ARN', async () => {
    const { assumable } = roles;
    await makeRole('one', lambda);
    await makeRole('two', { AWS: account });
    expect(assumable(arnOf('one'), 'lambda.amazonaws.com')).toBe(true);
    expect(assumable(arnOf('one'), 'ec2.amazonaws.com')).toBe(false);
    expect(assumable(arnOf('path/one'), 'lambda.amazonaws.com')).toBe(false);
    expect(assumable(arnOf('two'), 'lambda.amazonaws.com')).toBe(false);
    expect(assumable(arnOf('none'), 'lambda.amazonaws.com')).toBe(false);
    expect(assumable('nonsense', 'lambda.amazonaws.com')).toBe(false);
  });

  it('give sessions to each function, one for each environment, which calls as the role', async () => {
    const role = await makeRole('one', lambda);
    const first = roles.session(arnOf('one'), 'hello');
    const second = roles.session(arnOf('one'), 'hello');
    expect(second).not.toEqual(first);
    // Only the first hundred environments get new credentials.
    for (let index = 2; index < 100; index++) roles.session(arnOf('one'), 'hello');
    expect(roles.session(arnOf('one'), 'hello')).toEqual(first);
    expect(roles.session(arnOf('one'), 'hello')).toEqual(second);
    expect(roles.session(arnOf('one'), 'other')).not.toEqual(first);
    expect(createSessions(store).lookup(first.accessKeyId)).toMatchObject({
      account,
      arn: `arn:aws:sts::${account}:assumed-role/one/hello`,
      userId: `${role?.RoleId}:hello`,
      secretAccessKey: first.secretAccessKey,
      sessionToken: first.sessionToken,
    });
    await callerOf(iam)('DeleteRole', { RoleName: 'one' });
    expect(() => roles.session(arnOf('one'), 'hello')).toThrow(/Not authorized/);
    await makeRole('one', lambda);
    expect(roles.session(arnOf('one'), 'hello')).not.toEqual(first);
  });
});
