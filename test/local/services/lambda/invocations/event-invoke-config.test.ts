// Settings of asynchronous invocations, compared with AWS's answers and errors.
import { beforeEach, describe, expect, it } from 'vitest';
import { account } from '../../../call.ts';
import { functionArn, type LambdaControl, lambdaControl, refusal, region } from '../control.ts';

let control: LambdaControl;
let call: LambdaControl['call'];

const F = functionArn('f');
const nowhere = { OnSuccess: {}, OnFailure: {} };
const put = (limits: object = {}, FunctionName = 'f') =>
  call('PutFunctionEventInvokeConfig', { FunctionName, ...limits });
const update = (limits: object = {}, FunctionName = 'f') =>
  call('UpdateFunctionEventInvokeConfig', { FunctionName, ...limits });
const get = (more: object = {}) => call('GetFunctionEventInvokeConfig', { FunctionName: 'f', ...more });

beforeEach(async () => {
  control = await lambdaControl();
  call = control.call;
  await control.create('f');
  await control.create('other');
  await control.alias('f', 'live');
  return control.close;
});

describe('an event-invoke config', () => {
  it('has only the limits that were given', async () => {
    expect(await put({ MaximumRetryAttempts: 0 })).toEqual({
      DestinationConfig: nowhere,
      FunctionArn: `${F}:$LATEST`,
      LastModified: expect.any(Date),
      MaximumRetryAttempts: 0,
    });
    const both = await put({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 60 });
    expect(both).toMatchObject({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 60 });
    // Put replaces the settings, update adds to them.
    expect((await put({ MaximumRetryAttempts: 1 })).MaximumEventAgeInSeconds).toBeUndefined();
    expect(await update({ MaximumEventAgeInSeconds: 21_600 })).toMatchObject({
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 21_600,
    });
    expect(await get()).toMatchObject({ MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 21_600 });
  });

  it.each([
    [{}, '$LATEST', 'f'],
    [{ Qualifier: '$LATEST' }, '$LATEST', 'f'],
    [{ Qualifier: '1' }, '1', 'f'],
    [{ Qualifier: 'live' }, 'live', 'f'],
    [{}, 'live', `${F}:live`],
    [{ Qualifier: 'live' }, 'live', 'f:live'],
  ])('with %j belongs to %s of %s', async (more, qualifier, name) => {
    expect((await put({ ...more, MaximumRetryAttempts: 1 }, name)).FunctionArn).toBe(`${F}:${qualifier}`);
  });

  it('is listed with those of versions and aliases', async () => {
    for (const Qualifier of ['live', '1', undefined]) await put({ Qualifier, MaximumRetryAttempts: 1 });
    const { FunctionEventInvokeConfigs = [] } = await call('ListFunctionEventInvokeConfigs', {
      FunctionName: 'f',
    });
    expect(FunctionEventInvokeConfigs.map(({ FunctionArn }) => FunctionArn)).toEqual([
      `${F}:$LATEST`,
      `${F}:1`,
      `${F}:live`,
    ]);
    const first = await call('ListFunctionEventInvokeConfigs', { FunctionName: 'f', MaxItems: 2 });
    const rest = await call('ListFunctionEventInvokeConfigs', {
      FunctionName: 'f',
      Marker: first.NextMarker,
    });
    expect(first.FunctionEventInvokeConfigs).toHaveLength(2);
    expect(rest.FunctionEventInvokeConfigs).toHaveLength(1);
    expect(rest.NextMarker).toBeUndefined();
  });

  it('is deleted', async () => {
    await put({ MaximumRetryAttempts: 1 });
    await call('DeleteFunctionEventInvokeConfig', { FunctionName: 'f' });
    const missing = `ResourceNotFoundException: The function ${F}:$LATEST doesn't have an EventInvokeConfig`;
    expect(await refusal(get())).toBe(missing);
    expect(await refusal(call('DeleteFunctionEventInvokeConfig', { FunctionName: 'f' }))).toBe(missing);
    expect(await refusal(update({ MaximumRetryAttempts: 1 }))).toBe(missing);
    expect(await refusal(update({ MaximumRetryAttempts: 1, Qualifier: 'live' }))).toBe(
      missing.replace('$LATEST', 'live'),
    );
  });

  it('names destinations', async () => {
    const queue = `arn:aws:sqs:${region}:${account}:failed`;
    const { DestinationConfig } = await put({
      DestinationConfig: {
        OnSuccess: { Destination: functionArn('other') },
        OnFailure: { Destination: queue },
      },
    });
    expect(DestinationConfig).toEqual({
      OnSuccess: { Destination: functionArn('other') },
      OnFailure: { Destination: queue },
    });
    expect((await put({ DestinationConfig: { OnSuccess: {} } })).DestinationConfig).toEqual(nowhere);
    expect((await put({ DestinationConfig: { OnFailure: { Destination: '' } } })).DestinationConfig).toEqual(
      nowhere,
    );
  });

  const wrongService = `arn:aws:iam:${region}:${account}:function:f`;
  it.each([
    [
      {},
      'InvalidParameterValueException: You must specify at least one of error handling or destination setting.',
    ],
    [
      { DestinationConfig: { OnSuccess: { Destination: functionArn('none') } } },
      `InvalidParameterValueException: The destination ARN ${functionArn('none')} is invalid.`,
    ],
    [
      { DestinationConfig: { OnSuccess: { Destination: F } } },
      "InvalidParameterValueException: You can't specify the function as a destination for itself.",
    ],
    [
      { DestinationConfig: { OnSuccess: { Destination: wrongService } } },
      `InvalidParameterValueException: The provided destination config DestinationConfig(onSuccess=OnSuccess(destination=${wrongService}), onFailure=null) is invalid.`,
    ],
    [
      { MaximumRetryAttempts: 1, Qualifier: 'none' },
      "ResourceNotFoundException: The function doesn't exist.",
    ],
    [
      { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 59 },
      "ValidationException: 2 validation errors detected: Value '3' at 'maximumRetryAttempts' failed to satisfy constraint: Member must have value less than or equal to 2; Value '59' at 'maximumEventAgeInSeconds' failed to satisfy constraint: Member must have value greater than or equal to 60",
    ],
  ])('is refused with %j', async (limits, message) => {
    expect(await refusal(put(limits))).toBe(message);
  });

  it('is refused with an invalid ARN, or a qualifier too many', async () => {
    const Destination = 'arn:aws:_-/!lambda:x';
    expect(await refusal(put({ DestinationConfig: { OnFailure: { Destination } } }))).toMatch(
      /^ValidationException: 1 validation error detected: Value 'arn:aws:_-\/!lambda:x' at 'destinationConfig\.onFailure\.destination' failed to satisfy constraint: Member must satisfy regular expression pattern: /,
    );
    expect(await refusal(put({ MaximumRetryAttempts: 1, Qualifier: '$LATEST' }, 'f:live'))).toBe(
      'InvalidParameterValueException: The derived qualifier from the function name does not match the specified qualifier.',
    );
  });

  it('is refused for an unknown function', async () => {
    const gone = "ResourceNotFoundException: The function doesn't exist.";
    expect(await refusal(put({ MaximumRetryAttempts: 1 }, 'none'))).toBe(gone);
    expect(await refusal(update({ MaximumRetryAttempts: 1 }, functionArn('none')))).toBe(gone);
    expect(await refusal(call('ListFunctionEventInvokeConfigs', { FunctionName: 'none' }))).toBe(gone);
    const missing = `ResourceNotFoundException: The function ${functionArn('none')}:$LATEST doesn't have an EventInvokeConfig`;
    expect(await refusal(get({ FunctionName: 'none' }))).toBe(missing);
    expect(await refusal(call('DeleteFunctionEventInvokeConfig', { FunctionName: 'none' }))).toBe(missing);
  });
});
