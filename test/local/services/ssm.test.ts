// Parameter Store compared with AWS's answers: values, versions, paths, filters, labels and tags.
import { describe, expect, it } from 'vitest';
import { compose } from '../../../src/local/compose.ts';
import { createSecretsService } from '../../../src/local/services/secretsmanager/service.ts';
import { createSsmService } from '../../../src/local/services/ssm/service.ts';
import { account, callerOf, someone } from '../call.ts';
import { alone, surroundings } from '../composed.ts';

function fixture() {
  const local = compose({ createSecretsService, createSsmService }, surroundings());
  return { ssm: callerOf(local.of(createSsmService)), secrets: callerOf(local.of(createSecretsService)) };
}

const failure = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: Error) => `${error.name}: ${error.message}`,
  );

describe('a parameter', () => {
  it('is put, read by name and ARN, and overwritten', async () => {
    const { ssm } = fixture();
    expect(await ssm('PutParameter', { Name: '/app/url', Value: 'a', Type: 'String' })).toEqual({
      Version: 1,
      Tier: 'Standard',
    });
    const { Parameter } = await ssm('GetParameter', { Name: '/app/url' });
    expect(Parameter).toEqual({
      Name: '/app/url',
      Type: 'String',
      Value: 'a',
      Version: 1,
      LastModifiedDate: expect.any(Date),
      ARN: `arn:aws:ssm:eu-central-1:${account}:parameter/app/url`,
      DataType: 'text',
    });
    expect(await ssm('GetParameter', { Name: Parameter?.ARN })).toEqual({ Parameter });
    expect(await failure(ssm('PutParameter', { Name: '/app/url', Value: 'b', Type: 'String' }))).toBe(
      'ParameterAlreadyExists: The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
    expect(await ssm('PutParameter', { Name: '/app/url', Value: 'b', Overwrite: true })).toMatchObject({
      Version: 2,
    });
    expect((await ssm('GetParameter', { Name: '/app/url:1' })).Parameter).toMatchObject({
      Value: 'a',
      Version: 1,
      Selector: ':1',
      Name: '/app/url',
    });
    expect(await failure(ssm('GetParameter', { Name: '/app/url:7' }))).toBe(
      'ParameterVersionNotFound: Systems Manager could not find version 7 of /app/url. Verify the version and try again.',
    );
    expect(
      await failure(
        ssm('PutParameter', { Name: '/app/url', Value: 'b', Type: 'SecureString', Overwrite: true }),
      ),
    ).toMatch(/^HierarchyTypeMismatchException: /);
  });

  it('without a hierarchy has the same name with and without a slash', async () => {
    const { ssm } = fixture();
    await ssm('PutParameter', { Name: 'plain', Value: '123', Type: 'String' });
    expect((await ssm('GetParameter', { Name: '/plain' })).Parameter).toMatchObject({
      Name: '/plain',
      Value: '123',
    });
    expect((await ssm('GetParameters', { Names: ['plain', '/plain'] })).Parameters).toHaveLength(2);
    expect((await ssm('DescribeParameters', {})).Parameters).toMatchObject([
      { Name: 'plain', ARN: `arn:aws:ssm:eu-central-1:${account}:parameter/plain` },
    ]);
  });

  it('that is a SecureString shows its value only when decrypted', async () => {
    const { ssm } = fixture();
    await ssm('PutParameter', { Name: '/s', Value: 'geheim', Type: 'SecureString' });
    const sealed = (await ssm('GetParameter', { Name: '/s' })).Parameter;
    expect(sealed?.Value).toMatch(/^AQICAH[A-Za-z0-9+/]{100,}=*$/);
    expect(Buffer.from(sealed?.Value ?? '', 'base64').toString()).not.toContain('geheim');
    expect((await ssm('GetParameter', { Name: '/s' })).Parameter).toEqual(sealed);
    const open = await ssm('GetParameter', { Name: '/s', WithDecryption: true });
    expect(open.Parameter).toEqual({ ...sealed, Value: 'geheim' });
    const { Parameters } = await ssm('DescribeParameters', {});
    expect(Parameters).toEqual([
      {
        Name: '/s',
        ARN: `arn:aws:ssm:eu-central-1:${account}:parameter/s`,
        Type: 'SecureString',
        KeyId: 'alias/aws/ssm',
        LastModifiedDate: expect.any(Date),
        LastModifiedUser: `arn:aws:iam::${account}:root`,
        Version: 1,
        Tier: 'Standard',
        Policies: [],
        DataType: 'text',
      },
    ]);
  });

  it('is refused for its name, size, type, pattern or tags', async () => {
    const { ssm } = fixture();
    const put = (more: object) =>
      failure(ssm('PutParameter', { Name: 'a', Value: 'v', Type: 'String', ...more }));
    expect(await put({ Name: 'awsome' })).toBe(
      'ValidationException: Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
    );
    expect(await put({ Name: '/aws/x' })).toBe(
      'AccessDeniedException: No access to reserved parameter name: /aws/x.',
    );
    expect(await put({ Name: 'a/b' })).toBe(
      'ValidationException: Parameter name must be a fully qualified name.',
    );
    expect(await put({ Name: '/a//b' })).toMatch(/sub-paths divided by slash symbol/);
    expect(await put({ Name: '/a'.repeat(16) })).toMatch(/^HierarchyLevelLimitExceededException: /);
    expect(await put({ Type: undefined })).toBe(
      'ValidationException: A parameter type is required when you create a parameter.',
    );
    expect(await put({ Type: 'Text' })).toBe(
      "ValidationException: 1 validation error detected: Value 'Text' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [SecureString, StringList, String]",
    );
    expect(await put({ Value: 'x'.repeat(4097) })).toMatch(
      /^ValidationException: Standard tier parameters support a maximum parameter value of 4096 characters\./,
    );
    expect(await put({ Value: 'x'.repeat(8193), Tier: 'Advanced' })).toMatch(/8192 characters/);
    expect(await put({ AllowedPattern: '\\d+' })).toBe(
      'ParameterPatternMismatchException: Parameter value, cannot be validated against allowedPattern: \\d+',
    );
    expect(await put({ Overwrite: true, Tags: [{ Key: 'a', Value: 'b' }] })).toMatch(
      /^ValidationException: Invalid request: tags and overwrite can't be used together\./,
    );
    expect((await ssm('DescribeParameters', {})).Parameters).toEqual([]);
  });

  it('moves to the advanced tier when intelligent tiering needs it, and stays there', async () => {
    const { ssm } = fixture();
    const large = {
      Name: '/t',
      Value: 'x'.repeat(5000),
      Type: 'String',
      Tier: 'Intelligent-Tiering',
    } as const;
    expect(await ssm('PutParameter', large)).toEqual({ Version: 1, Tier: 'Advanced' });
    expect(await ssm('PutParameter', { Name: '/t', Value: 'x', Overwrite: true })).toEqual({
      Version: 2,
      Tier: 'Advanced',
    });
    expect(
      await failure(ssm('PutParameter', { Name: '/t', Value: 'x', Overwrite: true, Tier: 'Standard' })),
    ).toMatch(/can't downgrade/);
  });

  it('keeps its newest hundred versions', async () => {
    const { ssm } = fixture();
    for (let count = 0; count < 101; count++)
      await ssm('PutParameter', { Name: '/v', Value: `${count}`, Type: 'String', Overwrite: true });
    const first = await ssm('GetParameterHistory', { Name: '/v' });
    const rest = await ssm('GetParameterHistory', { Name: '/v', NextToken: first.NextToken });
    expect(first.Parameters).toHaveLength(50);
    expect(rest.NextToken).toBeUndefined();
    const numbers = [...(first.Parameters ?? []), ...(rest.Parameters ?? [])].map(({ Version }) => Version);
    expect(numbers).toEqual(Array.from({ length: 100 }, (_, index) => index + 2));
    await ssm('LabelParameterVersion', { Name: '/v', ParameterVersion: 2, Labels: ['keep'] });
    expect(await failure(ssm('PutParameter', { Name: '/v', Value: 'x', Overwrite: true }))).toMatch(
      /^ParameterMaxVersionLimitExceeded: You attempted to create a new version of \/v .* Version 2, the oldest/,
    );
  });
});

describe('several parameters', () => {
  it('are read in the order of their names, missing ones separately', async () => {
    const { ssm } = fixture();
    for (const Name of ['/b', '/a']) await ssm('PutParameter', { Name, Value: Name, Type: 'String' });
    const { Parameters, InvalidParameters } = await ssm('GetParameters', {
      Names: ['/b', '/nix', '/a', '/a:9'],
    });
    expect(Parameters?.map(({ Name }) => Name)).toEqual(['/a', '/b']);
    expect(InvalidParameters).toEqual(['/nix', '/a:9']);
    expect(await failure(ssm('GetParameters', { Names: 'abcdefghijk'.split('') }))).toBe(
      "ValidationException: 1 validation error detected: Value '[a, b, c, d, e, f, g, h, i, j, k]' at 'names' failed to satisfy constraint: Member must have length less than or equal to 10",
    );
    expect(await ssm('DeleteParameters', { Names: ['/a', '/nix'] })).toEqual({
      DeletedParameters: ['/a'],
      InvalidParameters: ['/nix'],
    });
    await ssm('DeleteParameter', { Name: '/b' });
    expect(await failure(ssm('DeleteParameter', { Name: '/b' }))).toMatch(/^ParameterNotFound/);
    expect(await failure(ssm('GetParameter', { Name: '/b' }))).toMatch(/^ParameterNotFound/);
  });

  it('are found by path, one level or all, page by page', async () => {
    const { ssm } = fixture();
    const names = ['/app/a', '/app/b', '/app/b/c', '/apple'];
    for (const Name of names) await ssm('PutParameter', { Name, Value: Name, Type: 'String' });
    const found = async (input: object) =>
      (await ssm('GetParametersByPath', { Path: '/app', ...input })).Parameters?.map(({ Name }) => Name);
    expect(await found({})).toEqual(['/app/a', '/app/b']);
    expect(await found({ Path: '/app/' })).toEqual(['/app/a', '/app/b']);
    expect(await found({ Recursive: true })).toEqual(['/app/a', '/app/b', '/app/b/c']);
    expect(await found({ Path: '/' })).toEqual(['/apple']);
    const first = await ssm('GetParametersByPath', { Path: '/app', Recursive: true, MaxResults: 2 });
    expect(await found({ Recursive: true, MaxResults: 2, NextToken: first.NextToken })).toEqual(['/app/b/c']);
    expect(await failure(ssm('GetParametersByPath', { Path: 'app' }))).toMatch(
      /^ValidationException: The parameter doesn't meet the parameter name requirements\./,
    );
    expect(await failure(ssm('GetParametersByPath', { Path: '/', MaxResults: 11 }))).toBe(
      "ValidationException: 1 validation error detected: Value '11' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 10",
    );
  });

  it('are described by filters', async () => {
    const { ssm } = fixture();
    await ssm('PutParameter', {
      Name: '/x/a',
      Value: 'v',
      Type: 'String',
      Tags: [{ Key: 'team', Value: 'red' }],
    });
    await ssm('PutParameter', { Name: '/x/y/b', Value: 'v', Type: 'SecureString' });
    const found = async (Key: string, Values: string[], Option?: string) =>
      (await ssm('DescribeParameters', { ParameterFilters: [{ Key, Values, Option }] })).Parameters?.map(
        ({ Name }) => Name,
      );
    expect(await found('Name', ['/x/a'])).toEqual(['/x/a']);
    expect(await found('Name', ['/x/'], 'BeginsWith')).toEqual(['/x/a', '/x/y/b']);
    expect(await found('Name', ['y/'], 'Contains')).toEqual(['/x/y/b']);
    expect(await found('Type', ['SecureString'])).toEqual(['/x/y/b']);
    expect(await found('Path', ['/x'])).toEqual(['/x/a']);
    expect(await found('Path', ['/x'], 'Recursive')).toEqual(['/x/a', '/x/y/b']);
    expect(await found('tag:team', ['red'])).toEqual(['/x/a']);
    expect(await found('tag:team', ['blue'])).toEqual([]);
    expect(await failure(found('Label', ['a']))).toBe(
      'InvalidFilterKey: The following filter key is not valid: Label. Valid filter keys include: [Path, Name, Type, KeyId, Tier].',
    );
    expect(await failure(found('Type', ['a']))).toBe(
      'InvalidFilterOption: The following filter value is not valid: a. Valid values include: [String, StringList, SecureString].',
    );
  });
});

it('a label of a parameter is on one version at a time', async () => {
  const { ssm } = fixture();
  for (const Value of ['1', '2'])
    await ssm('PutParameter', { Name: '/l/p', Value, Type: 'String', Overwrite: true });
  expect(
    await ssm('LabelParameterVersion', { Name: '/l/p', ParameterVersion: 1, Labels: ['live', 'aws-x'] }),
  ).toEqual({ InvalidLabels: ['aws-x'], ParameterVersion: 1 });
  const filter = { Path: '/l', ParameterFilters: [{ Key: 'Label', Values: ['live'] }] };
  expect((await ssm('GetParametersByPath', filter)).Parameters).toMatchObject([{ Value: '1' }]);
  await ssm('LabelParameterVersion', { Name: '/l/p', Labels: ['live'] });
  expect((await ssm('GetParameter', { Name: '/l/p:live' })).Parameter).toMatchObject({
    Value: '2',
    Selector: ':live',
  });
  expect(
    (await ssm('GetParameterHistory', { Name: '/l/p' })).Parameters?.map(({ Labels }) => Labels),
  ).toEqual([[], ['live']]);
  expect(
    await ssm('UnlabelParameterVersion', { Name: '/l/p', ParameterVersion: 2, Labels: ['live', 'x'] }),
  ).toEqual({ RemovedLabels: ['live'], InvalidLabels: ['x'] });
});

it('parameters are tagged and untagged', async () => {
  const { ssm } = fixture();
  const resource = { ResourceType: 'Parameter', ResourceId: '/t' } as const;
  await ssm('PutParameter', { Name: '/t', Value: 'v', Type: 'String', Tags: [{ Key: 'a', Value: '1' }] });
  await ssm('AddTagsToResource', { ...resource, Tags: [{ Key: 'b', Value: '2' }] });
  expect((await ssm('ListTagsForResource', resource)).TagList).toEqual([
    { Key: 'a', Value: '1' },
    { Key: 'b', Value: '2' },
  ]);
  await ssm('RemoveTagsFromResource', { ...resource, TagKeys: ['a'] });
  expect((await ssm('ListTagsForResource', resource)).TagList).toEqual([{ Key: 'b', Value: '2' }]);
  expect(await failure(ssm('ListTagsForResource', { ...resource, ResourceId: '/nix' }))).toMatch(
    /^InvalidResourceId: /,
  );
});

it('secrets are read through their reference as parameters', async () => {
  const { ssm, secrets } = fixture();
  const Name = '/aws/reference/secretsmanager/db/password';
  const token = { ClientRequestToken: '0'.repeat(32) };
  await secrets('CreateSecret', { Name: 'db/password', SecretString: 'geheim', ...token });
  const { Parameter } = await ssm('GetParameter', { Name, WithDecryption: true });
  expect(Parameter).toMatchObject({ Name, Value: 'geheim', Type: 'SecureString' });
  expect(JSON.parse(Parameter?.SourceResult ?? '')).toMatchObject({
    name: 'db/password',
    ARN: expect.stringContaining(':secretsmanager:'),
  });
  expect(await failure(ssm('GetParameter', { Name: 'db/password', WithDecryption: true }))).toMatch(
    /sub-paths divided by slash symbol/,
  );
  expect(await failure(ssm('GetParameter', { Name: `${Name}x`, WithDecryption: true }))).toMatch(
    /^ParameterNotFound: .*Secret \/aws\/reference\/secretsmanager\/db\/passwordx not found\./,
  );
});

it('each region and account has its own parameters', async () => {
  const service = alone(createSsmService);
  await callerOf(service)('PutParameter', { Name: '/r', Value: 'v', Type: 'String' });
  const elsewhere = callerOf(service, someone({ region: 'us-east-1' }));
  expect(await failure(elsewhere('GetParameter', { Name: '/r' }))).toMatch(/^ParameterNotFound/);
});
