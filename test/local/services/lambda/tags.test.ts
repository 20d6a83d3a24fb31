// Tags and reserved concurrency, compared with AWS's answers and errors.
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { account } from '../../call.ts';
import { functionArn, type LambdaControl, lambdaControl, refusal, region, zip } from './control.ts';

let control: LambdaControl;
let call: LambdaControl['call'];

const F = functionArn('f');
const queue = `arn:aws:sqs:${region}:${account}:queue`;

beforeEach(async () => {
  control = await lambdaControl();
  call = control.call;
  await control.create('f', { Tags: { key_a: 'value_a' } });
  return control.close;
});

describe('the tags of a function', () => {
  const list = async (Resource = F) => (await call('ListTags', { Resource })).Tags;
  const revision = async () => (await call('GetFunctionConfiguration', { FunctionName: 'f' })).RevisionId;

  it('are added, overwritten and removed; each change changes the RevisionId', async () => {
    const revisions = [await revision()];
    await call('TagResource', { Resource: F, Tags: { key_b: 'value_b', key_c: 'value_c' } });
    revisions.push(await revision());
    await call('TagResource', { Resource: F, Tags: { key_c: 'value_x' } });
    revisions.push(await revision());
    expect(await list()).toEqual({ key_a: 'value_a', key_b: 'value_b', key_c: 'value_x' });
    expect((await call('GetFunction', { FunctionName: 'f' })).Tags).toEqual(await list());
    await call('UntagResource', { Resource: F, TagKeys: ['key_c', 'not there'] });
    revisions.push(await revision());
    expect(await list()).toEqual({ key_a: 'value_a', key_b: 'value_b' });
    await call('UntagResource', { Resource: F, TagKeys: ['key_a', 'key_b'] });
    revisions.push(await revision());
    expect(await list()).toEqual({});
    expect(await call('GetFunction', { FunctionName: 'f' })).not.toHaveProperty('Tags');
    expect(new Set(revisions).size).toBe(revisions.length);
  });

  it('can also be set for event source mappings and code signing configurations', async () => {
    const { EventSourceMappingArn } = await call('CreateEventSourceMapping', {
      FunctionName: 'f',
      EventSourceArn: queue,
      Tags: { one: '1' },
    });
    const { CodeSigningConfig } = await call('CreateCodeSigningConfig', {
      AllowedPublishers: {
        SigningProfileVersionArns: [`arn:aws:signer:${region}:${account}:/signing-profiles/test`],
      },
      Tags: { one: '1' },
    });
    for (const Resource of [EventSourceMappingArn, CodeSigningConfig?.CodeSigningConfigArn] as string[]) {
      await call('TagResource', { Resource, Tags: { two: '2' } });
      expect(await list(Resource)).toEqual({ one: '1', two: '2' });
      await call('UntagResource', { Resource, TagKeys: ['one'] });
      expect(await list(Resource)).toEqual({ two: '2' });
    }
  });

  it('are at most 50', async () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']));
    const limit = 'InvalidParameterValueException: Number of tags exceeds resource tag limit.';
    expect(await refusal(call('TagResource', { Resource: F, Tags: many(51) }))).toBe(limit);
    await call('TagResource', { Resource: F, Tags: many(49) });
    expect(await refusal(call('TagResource', { Resource: F, Tags: { more: 'v' } }))).toBe(limit);
  });

  it('belong to functions, not to versions and aliases', async () => {
    for (const qualifier of ['1', '$LATEST', 'alias']) {
      expect(await refusal(call('TagResource', { Resource: `${F}:${qualifier}`, Tags: { a: 'b' } }))).toBe(
        'InvalidParameterValueException: Tags on function aliases and versions are not supported. Please specify a function ARN.',
      );
    }
  });

  it('are refused for an unknown resource, and when there are none', async () => {
    const mapping = `arn:aws:lambda:${region}:${account}:event-source-mapping:${randomUUID()}`;
    for (const [none, what] of [
      [functionArn('none'), 'Function'],
      [mapping, 'Event source mapping'],
    ] as const) {
      const missing = `ResourceNotFoundException: ${what} not found: ${none}`;
      expect(await refusal(call('TagResource', { Resource: none, Tags: { a: 'b' } }))).toBe(missing);
      expect(await refusal(call('UntagResource', { Resource: none, TagKeys: ['a'] }))).toBe(missing);
      expect(await refusal(list(none))).toBe(missing);
    }
    expect(await refusal(call('TagResource', { Resource: F, Tags: {} }))).toBe(
      'InvalidParameterValueException: An error occurred and the request cannot be processed.',
    );
    expect(await refusal(list('arn:aws:something'))).toMatch(
      /^ValidationException: 1 validation error detected: Value 'arn:aws:something' at 'resource' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:\(aws/,
    );
  });
});

describe('reserved concurrency', () => {
  const put = (ReservedConcurrentExecutions: number, FunctionName = 'f') =>
    call('PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions });
  const get = () => call('GetFunctionConcurrency', { FunctionName: 'f' });

  it('is set, read and deleted', async () => {
    expect(await put(0)).toEqual({ ReservedConcurrentExecutions: 0 });
    expect(await put(1)).toEqual({ ReservedConcurrentExecutions: 1 });
    expect(await get()).toEqual({ ReservedConcurrentExecutions: 1 });
    expect((await call('GetFunction', { FunctionName: 'f' })).Concurrency).toEqual({
      ReservedConcurrentExecutions: 1,
    });
    await call('DeleteFunctionConcurrency', { FunctionName: 'f' });
    expect(await get()).toEqual({});
    expect(await call('GetFunction', { FunctionName: 'f' })).not.toHaveProperty('Concurrency');
  });

  it('of 0 refuses every invocation', async () => {
    await put(0);
    const error = await call('Invoke', { FunctionName: 'f' }).catch((reason) => reason);
    expect(error).toMatchObject({
      name: 'TooManyRequestsException',
      message: 'Rate Exceeded.',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    });
  });

  it('is at least as large as the provisioned concurrency', async () => {
    await control.alias('f', 'live');
    await call('PutProvisionedConcurrencyConfig', {
      FunctionName: 'f',
      Qualifier: 'live',
      ProvisionedConcurrentExecutions: 2,
    });
    expect(await refusal(put(1))).toBe(
      "InvalidParameterValueException:  ReservedConcurrentExecutions  1 should not be lower than function's total provisioned concurrency [2].",
    );
    expect(await put(2)).toEqual({ ReservedConcurrentExecutions: 2 });
  });

  it('leaves 100 unreserved', async () => {
    await control.create('g');
    await put(500, 'g');
    await put(400);
    // Real AWS answers this without a Type.
    expect(await put(401).catch((error) => error)).not.toHaveProperty('Type');
    expect(await refusal(put(401))).toBe(
      "InvalidParameterValueException: Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
    );
    const { AccountLimit } = await call('GetAccountSettings', {});
    expect(AccountLimit?.UnreservedConcurrentExecutions).toBe(100);
  });

  it('is refused for an unknown function', async () => {
    expect(await refusal(put(-1))).toBe(
      "ValidationException: 1 validation error detected: Value '-1' at 'reservedConcurrentExecutions' failed to satisfy constraint: Member must have value greater than or equal to 0",
    );
    expect(await refusal(put(1, 'none'))).toBe(
      `ResourceNotFoundException: Function not found: ${functionArn('none')}:$LATEST`,
    );
    for (const qualified of [`${F}:1`, `${F}:$LATEST`, 'f:$LATEST']) {
      expect(await refusal(put(1, qualified))).toBe(
        'InvalidParameterValueException: This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
      );
    }
    expect(await refusal(call('GetFunctionConcurrency', { FunctionName: 'none' }))).toBe(
      `ResourceNotFoundException: Function not found: ${functionArn('none')}`,
    );
  });
});

describe('account settings', () => {
  it('contain the limits and the numbers of functions and bytes', async () => {
    const { CodeSize = 0 } = await control.create('g');
    await call('PublishVersion', { FunctionName: 'g' });
    await call('PublishLayerVersion', { LayerName: 'l', Content: { ZipFile: zip } });
    expect(await call('GetAccountSettings', {})).toEqual({
      AccountLimit: {
        TotalCodeSize: 80_530_636_800,
        CodeSizeUnzipped: 262_144_000,
        CodeSizeZipped: 52_428_800,
        ConcurrentExecutions: 1000,
        UnreservedConcurrentExecutions: 1000,
      },
      AccountUsage: { TotalCodeSize: 4 * CodeSize, FunctionCount: 2 },
    });
  });
});
