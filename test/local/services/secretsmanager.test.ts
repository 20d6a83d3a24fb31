// Secrets Manager compared with AWS's answers: values, versions and their labels, deletion, lists and tags.
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { createSecretsService } from '../../../src/local/services/secretsmanager/service.ts';
import { account, callerOf } from '../call.ts';
import { alone } from '../composed.ts';

const day = 86_400_000;
let now: number;
let call: ReturnType<typeof callerOf<typeof import('@aws-sdk/client-secrets-manager'), never>>;

beforeEach(() => {
  now = Date.UTC(2026, 0, 15, 12);
  call = callerOf(alone(createSecretsService, { now: () => now })) as never;
});

const failure = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: Error) => `${error.name}: ${error.message}`,
  );

async function create(Name: string, more: object = {}) {
  const ClientRequestToken = randomUUID();
  const { ARN = '' } = await call('CreateSecret', { Name, ClientRequestToken, SecretString: 'one', ...more });
  return { ARN, version: ClientRequestToken };
}

async function put(SecretId: string, SecretString: string, VersionStages?: string[]) {
  const ClientRequestToken = randomUUID();
  return call('PutSecretValue', { SecretId, SecretString, ClientRequestToken, VersionStages });
}

async function stages(SecretId: string, IncludeDeprecated = false) {
  const { Versions = [] } = await call('ListSecretVersionIds', { SecretId, IncludeDeprecated });
  return Versions.map(({ VersionStages }) => VersionStages ?? []);
}

const notFound = "ResourceNotFoundException: Secrets Manager can't find the specified secret.";

describe('a secret', () => {
  it('is created, read, changed and described', async () => {
    const { ARN, version } = await create('app/db', { Description: 'text' });
    expect(ARN).toMatch(
      new RegExp(`^arn:aws:secretsmanager:eu-central-1:${account}:secret:app/db-[A-Za-z0-9]{6}$`),
    );
    expect(await call('DescribeSecret', { SecretId: 'app/db' })).toEqual({
      ARN,
      Name: 'app/db',
      Description: 'text',
      CreatedDate: new Date(now),
      LastChangedDate: new Date(now),
      VersionIdsToStages: { [version]: ['AWSCURRENT'] },
    });
    const value = {
      ARN,
      Name: 'app/db',
      VersionId: version,
      SecretString: 'one',
      VersionStages: ['AWSCURRENT'],
      CreatedDate: new Date(now),
    };
    expect(await call('GetSecretValue', { SecretId: 'app/db' })).toEqual(value);
    expect(await call('GetSecretValue', { SecretId: ARN })).toEqual(value);
    expect(await call('GetSecretValue', { SecretId: ARN.slice(0, -7) })).toEqual(value);
    expect(await call('DescribeSecret', { SecretId: ARN })).toMatchObject({
      LastAccessedDate: new Date(Date.UTC(2026, 0, 15)),
    });
    const second = randomUUID();
    expect(
      await call('UpdateSecret', { SecretId: ARN, SecretString: 'two', ClientRequestToken: second }),
    ).toEqual({ ARN, Name: 'app/db', VersionId: second });
    expect(
      await call('UpdateSecret', { SecretId: ARN, Description: 'more', ClientRequestToken: randomUUID() }),
    ).toEqual({ ARN, Name: 'app/db' });
    expect(await call('DescribeSecret', { SecretId: ARN })).toMatchObject({
      Description: 'more',
      VersionIdsToStages: { [second]: ['AWSCURRENT'], [version]: ['AWSPREVIOUS'] },
    });
    expect(await call('GetSecretValue', { SecretId: ARN, VersionStage: 'AWSPREVIOUS' })).toMatchObject({
      SecretString: 'one',
    });
    expect(await call('GetSecretValue', { SecretId: ARN, VersionId: version })).toMatchObject({
      SecretString: 'one',
    });
  });

  it('may be bytes', async () => {
    const SecretBinary = Uint8Array.from([0, 255, 1]);
    await create('bytes', { SecretString: undefined, SecretBinary });
    const value = await call('GetSecretValue', { SecretId: 'bytes' });
    expect(value.SecretString).toBeUndefined();
    expect([...(value.SecretBinary ?? [])]).toEqual([0, 255, 1]);
  });

  it('may be created without a value', async () => {
    expect(await call('CreateSecret', { Name: 'empty', ClientRequestToken: randomUUID() })).toEqual({
      ARN: expect.any(String),
      Name: 'empty',
    });
    expect((await call('DescribeSecret', { SecretId: 'empty' })).VersionIdsToStages).toBeUndefined();
    expect(await failure(call('GetSecretValue', { SecretId: 'empty' }))).toBe(
      "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    );
    expect((await put('empty', 'x')).VersionStages).toEqual(['AWSCURRENT']);
  });

  it.each(['Inv Name', ' Inv Name', ' Inv*Name? '])('may not have the name %j', async (SecretId) => {
    const refused =
      'ValidationException: Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!';
    expect(await failure(create(SecretId))).toBe(refused);
    for (const operation of [
      'DescribeSecret',
      'GetSecretValue',
      'DeleteSecret',
      'ListSecretVersionIds',
    ] as const)
      expect(await failure(call(operation, { SecretId }))).toBe(refused);
  });

  it('is refused when its name exists, without a token, or with two values', async () => {
    await create('twice');
    expect(await failure(create('twice'))).toBe(
      'ResourceExistsException: The operation failed because the secret twice already exists.',
    );
    expect(await failure(call('CreateSecret', { Name: 'token' }))).toBe(
      'InvalidRequestException: You must provide a ClientRequestToken value. We recommend a UUID-type value.',
    );
    expect(await failure(create('both', { SecretBinary: Uint8Array.from([1]) }))).toMatch(
      /^InvalidParameterException: You can't specify both a binary secret value and a string secret value/,
    );
    expect(await failure(call('GetSecretValue', { SecretId: 'nix' }))).toBe(notFound);
    expect(await failure(call('ListSecretVersionIds', { SecretId: 'nix' }))).toBe(notFound);
  });

  it('accepts the same token only once', async () => {
    const { ARN, version } = await create('token');
    const again = { SecretId: 'token', ClientRequestToken: version };
    expect(await call('PutSecretValue', { ...again, SecretString: 'one' })).toMatchObject({
      VersionId: version,
    });
    expect(await failure(call('PutSecretValue', { ...again, SecretString: 'other' }))).toBe(
      `ResourceExistsException: You can't use ClientRequestToken ${version} because that value is already in use for a version of secret ${ARN}.`,
    );
  });
});

describe('the labels of a secret', () => {
  it('move between versions, and leave deprecated versions behind', async () => {
    await create('stages');
    await put('stages', 'a', ['one', 'two', 'three']);
    expect(await stages('stages')).toEqual([['AWSCURRENT'], ['one', 'three', 'two']]);
    await put('stages', 'b', ['one', 'two', 'four']);
    expect(await stages('stages')).toEqual([['AWSCURRENT'], ['three'], ['four', 'one', 'two']]);
    await put('stages', 'c', ['three']);
    expect(await stages('stages')).toEqual([['AWSCURRENT'], ['four', 'one', 'two'], ['three']]);
    expect(await stages('stages', true)).toHaveLength(4);
  });

  it('follow a rotation', async () => {
    const { version } = await create('rotated');
    const { VersionId } = await put('rotated', 'next', ['AWSPENDING']);
    expect(await call('GetSecretValue', { SecretId: 'rotated' })).toMatchObject({ SecretString: 'one' });
    const move = { SecretId: 'rotated', VersionStage: 'AWSCURRENT', MoveToVersionId: VersionId };
    expect(await failure(call('UpdateSecretVersionStage', move))).toBe(
      `InvalidParameterException: The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version ${version}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
    await call('UpdateSecretVersionStage', { ...move, RemoveFromVersionId: version });
    expect(await stages('rotated')).toEqual([['AWSPREVIOUS'], ['AWSCURRENT', 'AWSPENDING']]);
    await put('rotated', 'last');
    expect(await stages('rotated')).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
    expect(
      await failure(call('GetSecretValue', { SecretId: 'rotated', VersionId, VersionStage: 'AWSCURRENT' })),
    ).toBe(
      'InvalidRequestException: You provided a VersionStage that is not associated to the provided VersionId.',
    );
  });
});

describe('the deletion of a secret', () => {
  it('waits for its date, and can be undone before', async () => {
    const { ARN } = await create('gone');
    expect(await call('DeleteSecret', { SecretId: 'gone', RecoveryWindowInDays: 7 })).toEqual({
      ARN,
      Name: 'gone',
      DeletionDate: new Date(now + 7 * day),
    });
    const marked =
      "InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion.";
    expect(await failure(call('GetSecretValue', { SecretId: 'gone' }))).toBe(marked);
    expect(await failure(put('gone', 'x'))).toBe(marked);
    expect(await failure(create('gone'))).toBe(
      "InvalidRequestException: You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
    expect(await call('DescribeSecret', { SecretId: 'gone' })).toMatchObject({ DeletedDate: new Date(now) });
    expect((await call('ListSecrets', {})).SecretList).toEqual([]);
    expect((await call('ListSecrets', { IncludePlannedDeletion: true })).SecretList).toHaveLength(1);
    expect(await call('RestoreSecret', { SecretId: 'gone' })).toEqual({ ARN, Name: 'gone' });
    expect(await call('GetSecretValue', { SecretId: 'gone' })).toMatchObject({ SecretString: 'one' });
    await call('DeleteSecret', { SecretId: 'gone' });
    now += 30 * day;
    expect(await failure(call('DescribeSecret', { SecretId: 'gone' }))).toBe(notFound);
    expect((await create('gone')).ARN).not.toBe(ARN);
  });

  it('can be immediate', async () => {
    const { ARN } = await create('now');
    await call('DeleteSecret', { SecretId: ARN });
    const force = { SecretId: ARN, ForceDeleteWithoutRecovery: true };
    expect(await call('DeleteSecret', force)).toMatchObject({
      ARN,
      Name: 'now',
      DeletionDate: new Date(now),
    });
    expect(await failure(call('DescribeSecret', { SecretId: 'now' }))).toBe(notFound);
    expect(await call('DeleteSecret', { ...force, SecretId: 'nix' })).toMatchObject({ Name: 'nix' });
    expect(await failure(call('DeleteSecret', { ...force, RecoveryWindowInDays: 7 }))).toBe(
      "InvalidParameterException: You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
    expect(await failure(call('DeleteSecret', { SecretId: 'nix', RecoveryWindowInDays: 6 }))).toBe(
      'InvalidParameterException: The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
    );
  });
});

it('secrets are listed filtered, ordered and in pages', async () => {
  for (const [index, name] of ['prod/a', 'prod/b', 'dev/a'].entries()) {
    now += 1000;
    await create(name, {
      Description: `Number ${index}`,
      Tags: [{ Key: 'stage', Value: name.split('/')[0] }],
    });
  }
  const names = async (input: object) =>
    (await call('ListSecrets', input)).SecretList?.map(({ Name }) => Name);
  expect(await names({})).toEqual(['prod/a', 'prod/b', 'dev/a']);
  expect(await names({ SortBy: 'name', SortOrder: 'desc' })).toEqual(['prod/b', 'prod/a', 'dev/a']);
  expect(await names({ Filters: [{ Key: 'name', Values: ['prod/'] }] })).toEqual(['prod/a', 'prod/b']);
  expect(await names({ Filters: [{ Key: 'name', Values: ['!prod/'] }] })).toEqual(['dev/a']);
  expect(await names({ Filters: [{ Key: 'tag-value', Values: ['dev'] }] })).toEqual(['dev/a']);
  expect(await names({ Filters: [{ Key: 'description', Values: ['number 1'] }] })).toEqual(['prod/b']);
  const first = await call('ListSecrets', { MaxResults: 2 });
  expect(await names({ MaxResults: 2, NextToken: first.NextToken })).toEqual(['dev/a']);
  expect(await failure(call('ListSecrets', { NextToken: 'x' }))).toMatch(/^InvalidNextTokenException: /);
  const batch = await call('BatchGetSecretValue', { SecretIdList: ['dev/a', 'nix'] });
  expect(batch.SecretValues).toMatchObject([{ Name: 'dev/a', SecretString: 'one' }]);
  expect(batch.Errors).toEqual([
    {
      SecretId: 'nix',
      ErrorCode: 'ResourceNotFoundException',
      Message: "Secrets Manager can't find the specified secret.",
    },
  ]);
});

it('secrets are tagged and untagged', async () => {
  await create('tags', { Tags: [{ Key: 'a', Value: '1' }] });
  await call('TagResource', { SecretId: 'tags', Tags: [{ Key: 'b', Value: '2' }] });
  await call('UntagResource', { SecretId: 'tags', TagKeys: ['a'] });
  expect((await call('DescribeSecret', { SecretId: 'tags' })).Tags).toEqual([{ Key: 'b', Value: '2' }]);
});

it('random passwords have the required characters', async () => {
  const { RandomPassword = '' } = await call('GetRandomPassword', {
    PasswordLength: 20,
    ExcludePunctuation: true,
    ExcludeCharacters: 'abc',
  });
  expect(RandomPassword).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Zd-z0-9]{20}$/);
  expect(await failure(call('GetRandomPassword', { PasswordLength: 3 }))).toBe(
    'InvalidParameterException: Password length is too short based on the required types.',
  );
});
