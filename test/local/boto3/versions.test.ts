// Versions and aliases as boto3 sees them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Told } from '../../support/boto3/boto3.ts';
import {
  arnOf,
  conflict,
  echo,
  functionInput,
  invalid,
  members,
  must,
  notFound,
  python,
  type Seen,
  seenByBoto3,
  violates,
} from './fixture.ts';

describe.skipIf(!python)('boto3', () => {
  let aws: Seen;
  const F = arnOf('f');
  const publish = (more: object = {}) => aws.call('lambda publish_version', { FunctionName: 'f', ...more });
  const alias = (operation: string, more: object) =>
    aws.call(`lambda ${operation}_alias`, { FunctionName: 'f', ...more });
  const refused = (operation: string, more: object) =>
    aws.refusal(`lambda ${operation}_alias`, { FunctionName: 'f', ...more });

  beforeAll(async () => {
    aws = await seenByBoto3();
    await aws.create('f');
  });
  afterAll(() => aws?.stop());

  it('publishes a version once, until the function changes', async () => {
    const first = await publish();
    expect(first).toMatchObject({
      status: 201,
      State: 'Active',
      LastUpdateStatus: 'Successful',
      FunctionArn: `${F}:1`,
      Version: '1',
    });
    expect((await publish()).Version).toBe('1');
    await aws.call('lambda update_function_code', { FunctionName: 'f', ZipFile: echo });
    expect((await publish()).Version).toBe('2');
  });

  it('creates and publishes in one', async () => {
    const input = functionInput(aws.role, { FunctionName: 'g', Publish: true });
    expect(await aws.call('lambda create_function', input)).toMatchObject({
      Version: '1',
      FunctionArn: arnOf('g'),
    });
  });

  it('publishes the code that it means', async () => {
    const { CodeSha256 } = await aws.call('lambda get_function_configuration', { FunctionName: 'f' });
    expect(await aws.refusal('lambda publish_version', { FunctionName: 'f', CodeSha256: 'x' })).toBe(
      invalid(
        `CodeSHA256 (x) is different from current CodeSHA256 in $LATEST (${CodeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
      ),
    );
  });

  it('has aliases, by name', async () => {
    const made = await alias('create', { Name: 'live', FunctionVersion: '1', Description: 'd' });
    expect(members(made)).toBe('AliasArn Description FunctionVersion Name RevisionId');
    expect(made).toMatchObject({ status: 201, AliasArn: `${F}:live`, Name: 'live', Description: 'd' });
    const RoutingConfig = { AdditionalVersionWeights: { 2: 0.5 } };
    const canary = await alias('create', { Name: 'canary', FunctionVersion: '1', RoutingConfig });
    expect(canary.RoutingConfig).toEqual(RoutingConfig);
    const { Aliases } = await aws.call('lambda list_aliases', { FunctionName: 'f' });
    expect((Aliases as Told[]).map(({ Name }) => Name)).toEqual(['canary', 'live']);
  });

  it('is told of aliases that are there, or not', async () => {
    expect(await refused('create', { Name: 'live', FunctionVersion: '1' })).toBe(
      conflict(`Alias already exists: ${F}:live`),
    );
    expect(await refused('get', { Name: 'x' })).toBe(notFound(`Cannot find alias arn: ${F}:x`));
    expect(await refused('update', { Name: 'x' })).toBe(notFound(`Alias not found: ${F}:x`));
    const unknown = notFound(`Function not found: ${F}:x`);
    for (const operation of ['get_function', 'invoke'])
      expect(await aws.refusal(`lambda ${operation}`, { FunctionName: 'f', Qualifier: 'x' })).toBe(unknown);
    expect((await alias('delete', { Name: 'x' })).status).toBe(204);
    expect(await refused('create', { Name: 'new', FunctionVersion: '10' })).toBe(
      notFound(`Function not found: ${F}:10`),
    );
  });

  it('cannot name an alias like a version', async () => {
    const form = 'Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)';
    expect(await refused('create', { Name: '7', FunctionVersion: '1' })).toBe(
      violates(must('7', 'name', form)),
    );
  });

  it('cannot send requests to $LATEST and a version, nor twice to one', async () => {
    const RoutingConfig = { AdditionalVersionWeights: { 1: 0.5 } };
    expect(await refused('create', { Name: 'new', FunctionVersion: '$LATEST', RoutingConfig })).toBe(
      invalid('$LATEST is not supported for an alias pointing to more than 1 version'),
    );
    expect(await refused('create', { Name: 'new', FunctionVersion: '1', RoutingConfig })).toBe(
      invalid('Invalid function version 1. Function version 1 is already included in routing configuration.'),
    );
  });
});
