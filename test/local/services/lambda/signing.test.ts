// Code signing, runtime management and recursion, compared with AWS's answers and errors.
import { beforeEach, describe, expect, it } from 'vitest';
import { account } from '../../call.ts';
import { functionArn, type LambdaControl, lambdaControl, refusal, region } from './control.ts';

let control: LambdaControl;
let call: LambdaControl['call'];

const F = functionArn('f');
const profile = `arn:aws:signer:${region}:${account}:/signing-profiles/test`;
const wishes = {
  AllowedPublishers: { SigningProfileVersionArns: [profile] },
  CodeSigningPolicies: { UntrustedArtifactOnDeployment: 'Enforce' as const },
  Description: 'Testing CodeSigning Config',
};
const create = async (more: object = {}) =>
  (await call('CreateCodeSigningConfig', { ...wishes, ...more })).CodeSigningConfig;
const missing = `arn:aws:lambda:${region}:${account}:code-signing-config:csc-${'0'.repeat(17)}`;

beforeEach(async () => {
  control = await lambdaControl();
  call = control.call;
  await control.create('f');
  return control.close;
});

describe('a code signing configuration', () => {
  it('is created, changed, shown, listed, deleted', async () => {
    const created = await create();
    const id = created?.CodeSigningConfigId ?? '';
    expect(created).toEqual({
      ...wishes,
      CodeSigningConfigArn: `arn:aws:lambda:${region}:${account}:code-signing-config:${id}`,
      CodeSigningConfigId: expect.stringMatching(/^csc-[a-z0-9]{17}$/),
      LastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/),
    });
    const { CodeSigningConfigArn } = created as { CodeSigningConfigArn: string };
    const { CodeSigningConfig: changed } = await call('UpdateCodeSigningConfig', {
      CodeSigningConfigArn,
      CodeSigningPolicies: { UntrustedArtifactOnDeployment: 'Warn' },
    });
    expect(changed).toMatchObject({
      ...wishes,
      CodeSigningPolicies: { UntrustedArtifactOnDeployment: 'Warn' },
    });
    expect(await call('GetCodeSigningConfig', { CodeSigningConfigArn })).toEqual({
      CodeSigningConfig: changed,
    });
    expect(await call('ListCodeSigningConfigs', {})).toEqual({ CodeSigningConfigs: [changed] });
    await call('DeleteCodeSigningConfig', { CodeSigningConfigArn });
    expect(await call('ListCodeSigningConfigs', {})).toEqual({ CodeSigningConfigs: [] });
  });

  it('only warns unless told otherwise', async () => {
    expect((await create({ CodeSigningPolicies: undefined }))?.CodeSigningPolicies).toEqual({
      UntrustedArtifactOnDeployment: 'Warn',
    });
  });

  it('is attached to functions', async () => {
    const { CodeSigningConfigArn } = (await create()) as { CodeSigningConfigArn: string };
    const users = () => call('ListFunctionsByCodeSigningConfig', { CodeSigningConfigArn });
    expect(await users()).toEqual({ FunctionArns: [] });
    expect(await call('GetFunctionCodeSigningConfig', { FunctionName: 'f' })).toEqual({});
    const wanted = { CodeSigningConfigArn, FunctionName: 'f' };
    expect(await call('PutFunctionCodeSigningConfig', wanted)).toEqual(wanted);
    expect(await call('GetFunctionCodeSigningConfig', { FunctionName: 'f' })).toEqual(wanted);
    expect(await users()).toEqual({ FunctionArns: [F] });
    expect(await refusal(call('DeleteCodeSigningConfig', { CodeSigningConfigArn }))).toMatch(
      /^ResourceConflictException: /,
    );
    await call('DeleteFunctionCodeSigningConfig', { FunctionName: 'f' });
    await call('DeleteFunctionCodeSigningConfig', { FunctionName: 'f' });
    expect(await users()).toEqual({ FunctionArns: [] });
  });

  it('that does not exist is not found', async () => {
    const CodeSigningConfigArn = missing;
    const gone = `ResourceNotFoundException: The Lambda code signing configuration ${missing} can not be found.`;
    for (const operation of [
      'GetCodeSigningConfig',
      'UpdateCodeSigningConfig',
      'DeleteCodeSigningConfig',
      'ListFunctionsByCodeSigningConfig',
    ] as const) {
      expect(await refusal(call(operation, { CodeSigningConfigArn }))).toBe(gone);
    }
    for (const FunctionName of ['f', 'none']) {
      expect(
        await refusal(call('PutFunctionCodeSigningConfig', { CodeSigningConfigArn, FunctionName })),
      ).toBe(
        `CodeSigningConfigNotFoundException: The code signing configuration cannot be found. Check that the provided configuration is not deleted: ${missing}.`,
      );
    }
  });

  it('can be given when a function is created', async () => {
    expect(await refusal(control.create('g', { CodeSigningConfigArn: missing }))).toMatch(
      /^CodeSigningConfigNotFoundException: /,
    );
    const { CodeSigningConfigArn } = (await create()) as { CodeSigningConfigArn: string };
    await control.create('g', { CodeSigningConfigArn });
    expect(await call('ListFunctionsByCodeSigningConfig', { CodeSigningConfigArn })).toEqual({
      FunctionArns: [functionArn('g')],
    });
  });

  it('is refused for an unknown function', async () => {
    const { CodeSigningConfigArn } = (await create()) as { CodeSigningConfigArn: string };
    const gone = `ResourceNotFoundException: Function not found: ${functionArn('none')}`;
    const FunctionName = 'none';
    expect(await refusal(call('GetFunctionCodeSigningConfig', { FunctionName }))).toBe(gone);
    expect(await refusal(call('DeleteFunctionCodeSigningConfig', { FunctionName }))).toBe(gone);
    expect(await refusal(call('PutFunctionCodeSigningConfig', { CodeSigningConfigArn, FunctionName }))).toBe(
      gone,
    );
  });

  it('is refused when it violates the model', async () => {
    expect(await refusal(create({ CodeSigningPolicies: { UntrustedArtifactOnDeployment: 'X' } }))).toBe(
      "ValidationException: 1 validation error detected: Value 'X' at 'codeSigningPolicies.untrustedArtifactOnDeployment' failed to satisfy constraint: Member must satisfy enum value set: [Enforce, Warn]",
    );
    expect(await refusal(call('GetCodeSigningConfig', { CodeSigningConfigArn: 'x' }))).toMatch(
      /^ValidationException: 1 validation error detected: Value 'x' at 'codeSigningConfigArn'/,
    );
  });
});

describe('runtime management', () => {
  const put = (more: object) =>
    call('PutRuntimeManagementConfig', { FunctionName: 'f', UpdateRuntimeOn: 'Auto', ...more });
  const get = (more: object = {}) => call('GetRuntimeManagementConfig', { FunctionName: 'f', ...more });
  const RuntimeVersionArn = `arn:aws:lambda:${region}::runtime:${'a'.repeat(64)}`;

  it('is automatic by default, and set for each version', async () => {
    await control.alias('f', 'live');
    expect(await get()).toEqual({ UpdateRuntimeOn: 'Auto', FunctionArn: `${F}:$LATEST` });
    const manual = { UpdateRuntimeOn: 'Manual', RuntimeVersionArn, FunctionArn: `${F}:1` };
    expect(await put({ UpdateRuntimeOn: 'Manual', RuntimeVersionArn, Qualifier: '1' })).toEqual(manual);
    expect(await get({ Qualifier: '1' })).toEqual(manual);
    expect((await get()).UpdateRuntimeOn).toBe('Auto');
    expect((await put({ UpdateRuntimeOn: 'FunctionUpdate' })).UpdateRuntimeOn).toBe('FunctionUpdate');
  });

  it('is refused without a runtime version to keep, or for an unknown function', async () => {
    expect(await refusal(put({ UpdateRuntimeOn: 'Manual' }))).toMatch(/^InvalidParameterValueException: /);
    expect(await refusal(put({ RuntimeVersionArn }))).toMatch(/^InvalidParameterValueException: /);
    expect(await refusal(put({ UpdateRuntimeOn: 'X' }))).toBe(
      "ValidationException: 1 validation error detected: Value 'X' at 'updateRuntimeOn' failed to satisfy constraint: Member must satisfy enum value set: [FunctionUpdate, Manual, Auto]",
    );
    expect(await refusal(get({ FunctionName: 'none' }))).toBe(
      `ResourceNotFoundException: Function not found: ${functionArn('none')}`,
    );
  });
});

describe('a recursive loop of a function', () => {
  it('is stopped unless it is allowed', async () => {
    const get = () => call('GetFunctionRecursionConfig', { FunctionName: 'f' });
    const put = (RecursiveLoop: string) =>
      call('PutFunctionRecursionConfig', { FunctionName: 'f', RecursiveLoop: RecursiveLoop as 'Allow' });
    expect(await get()).toEqual({ RecursiveLoop: 'Terminate' });
    expect(await put('Allow')).toEqual({ RecursiveLoop: 'Allow' });
    expect(await get()).toEqual({ RecursiveLoop: 'Allow' });
    expect(await refusal(put('Never'))).toBe(
      "ValidationException: 1 validation error detected: Value 'Never' at 'recursiveLoop' failed to satisfy constraint: Member must satisfy enum value set: [Terminate, Allow]",
    );
    expect(await refusal(call('GetFunctionRecursionConfig', { FunctionName: 'none' }))).toBe(
      `ResourceNotFoundException: Function not found: ${functionArn('none')}`,
    );
  });
});
