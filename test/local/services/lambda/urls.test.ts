// Configurations of function URLs, compared with AWS's answers and errors.
import { beforeEach, describe, expect, it } from 'vitest';
import { functionArn, type LambdaControl, lambdaControl, refusal, region } from './control.ts';

let control: LambdaControl;
let call: LambdaControl['call'];

const F = functionArn('f');
const create = (more: object = {}) =>
  call('CreateFunctionUrlConfig', { FunctionName: 'f', AuthType: 'NONE', ...more });
const get = (more: object = {}) => call('GetFunctionUrlConfig', { FunctionName: 'f', ...more });
const update = (more: object = {}) => call('UpdateFunctionUrlConfig', { FunctionName: 'f', ...more });
const remove = (more: object = {}) => call('DeleteFunctionUrlConfig', { FunctionName: 'f', ...more });
const list = (more: object = {}) => call('ListFunctionUrlConfigs', { FunctionName: 'f', ...more });

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/);
const address = expect.stringMatching(
  new RegExp(`^http://[a-z0-9]{32}\\.lambda-url\\.${region}\\.localhost:\\d*/$`),
);
const unknown = 'ResourceNotFoundException: The resource you requested does not exist.';
const noFunction = 'ResourceNotFoundException: Function does not exist';

beforeEach(async () => {
  control = await lambdaControl();
  call = control.call;
  await control.create('f');
  await control.alias('f', 'live');
  return control.close;
});

describe('a function URL', () => {
  it('is created, read, changed and deleted', async () => {
    const created = await create();
    expect(created).toEqual({
      AuthType: 'NONE',
      CreationTime: time,
      FunctionArn: F,
      FunctionUrl: address,
    });
    expect(await get()).toEqual({ ...created, InvokeMode: 'BUFFERED', LastModifiedTime: time });
    expect(await update({ AuthType: 'AWS_IAM' })).toEqual({
      ...created,
      AuthType: 'AWS_IAM',
      LastModifiedTime: time,
    });
    expect((await get()).AuthType).toBe('AWS_IAM');
    await remove();
    expect(await refusal(get())).toBe(unknown);
    expect(await refusal(remove())).toBe(unknown);
    expect(await refusal(update())).toBe(unknown);
  });

  it('answers InvokeMode and Cors only when they were sent', async () => {
    const Cors = { AllowOrigins: ['*'], AllowMethods: ['GET'], MaxAge: 10 };
    expect(await create({ InvokeMode: 'RESPONSE_STREAM', Cors })).toMatchObject({
      InvokeMode: 'RESPONSE_STREAM',
      Cors,
    });
    expect(await get()).toMatchObject({ InvokeMode: 'RESPONSE_STREAM', Cors });
    expect(await update({ AuthType: 'AWS_IAM' })).toMatchObject({ InvokeMode: 'RESPONSE_STREAM', Cors });
  });

  it('exists once for the function and once for each alias', async () => {
    await create();
    expect((await create({ Qualifier: 'live' })).FunctionArn).toBe(`${F}:live`);
    const exists = (arn: string) =>
      `ResourceConflictException: Failed to create function url config for [functionArn = ${arn}]. Error message:  FunctionUrlConfig exists for this Lambda function`;
    expect(await refusal(create())).toBe(exists(F));
    expect(await refusal(create({ FunctionName: 'f:live' }))).toBe(exists(`${F}:live`));
    const { FunctionUrlConfigs = [] } = await list();
    expect(FunctionUrlConfigs).toEqual([await get(), await get({ Qualifier: 'live' })]);
    const { FunctionUrlConfigs: first, NextMarker } = await list({ MaxItems: 1 });
    expect(first).toEqual([await get()]);
    expect((await list({ Marker: NextMarker })).FunctionUrlConfigs).toEqual([FunctionUrlConfigs[1]]);
  });

  it('is deleted with its function', async () => {
    await create();
    await call('DeleteFunction', { FunctionName: 'f' });
    await control.create('f');
    expect((await list()).FunctionUrlConfigs).toEqual([]);
  });

  it.each(['1', '2', '$LATEST'])('is refused for the qualifier %s', async (Qualifier) => {
    const message = `ValidationException: 1 validation error detected: Value '${Qualifier}' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)`;
    for (const one of [create, get, update, remove]) {
      expect(await refusal(one({ Qualifier }))).toBe(message);
      expect(await refusal(one({ Qualifier, FunctionName: 'none' }))).toBe(message);
    }
  });

  it.each([{ FunctionName: 'none' }, { FunctionName: functionArn('none') }, { Qualifier: 'none' }])(
    'is not found with %j',
    async (changes) => {
      expect(await refusal(create(changes))).toBe(noFunction);
      expect(await refusal(update(changes))).toBe(noFunction);
      expect(await refusal(get(changes))).toBe(unknown);
      expect(await refusal(remove(changes))).toBe(unknown);
    },
  );

  it("is refused in AWS's words for other violations", async () => {
    expect(await refusal(list({ FunctionName: 'none' }))).toBe(noFunction);
    expect(await refusal(create({ FunctionName: 'f:live', Qualifier: 'other' }))).toBe(
      'InvalidParameterValueException: The derived qualifier from the function name does not match the specified qualifier.',
    );
    expect(await refusal(create({ AuthType: 'X', Cors: { MaxAge: 86_401 } }))).toBe(
      "ValidationException: 2 validation errors detected: Value 'X' at 'authType' failed to satisfy constraint: Member must satisfy enum value set: [AWS_IAM, NONE]; Value '86401' at 'cors.maxAge' failed to satisfy constraint: Member must have value less than or equal to 86400",
    );
  });
});
