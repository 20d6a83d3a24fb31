// Published versions, and creations and updates that take time.
import {
  CreateFunctionCommand,
  GetFunctionCommand,
  ListFunctionsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createFunction,
  functionInput,
  invalidParameter,
  type LambdaAws,
  notFound,
  otherPython,
  python,
  refusal,
  revisionOf,
  startLambda,
  wrongRevision,
} from './fixture.ts';

let aws: LambdaAws;

beforeAll(async () => {
  aws = await startLambda();
});
afterAll(() => aws?.stop());

const publish = (FunctionName: string, more: object = {}) =>
  aws.lambda.send(new PublishVersionCommand({ FunctionName, ...more }));
const describeOf = async (FunctionName: string, Qualifier?: string) =>
  (await aws.lambda.send(new GetFunctionCommand({ FunctionName, Qualifier }))).Configuration;
const configure = (FunctionName: string, more: object) =>
  aws.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...more }));
const versionsOf = async (FunctionName: string) =>
  (await aws.lambda.send(new ListVersionsByFunctionCommand({ FunctionName }))).Versions ?? [];

describe('a published version', () => {
  it('is a copy of the function, with a number and its own revision', async () => {
    const name = await createFunction(aws, { Description: 'No version :(' });
    const arn = aws.arn(name);
    const before = await revisionOf(aws, name);
    const first = await publish(name, { Description: 'First version :)' });
    expect(first.$metadata.httpStatusCode).toBe(201);
    expect(first).toMatchObject({
      Version: '1',
      FunctionArn: `${arn}:1`,
      Description: 'First version :)',
      State: 'Active',
      LastUpdateStatus: 'Successful',
    });
    const latest = await revisionOf(aws, name);
    expect(new Set([before, first.RevisionId, latest]).size).toBe(3);
    await configure(name, { Description: 'Second version :))' });
    const { $metadata: _, ...published } = first;
    expect(await describeOf(name, '1')).toEqual(published);
    expect(await publish(name)).toMatchObject({ Version: '2', Description: 'Second version :))' });
    expect(await publish(name, { Description: 'other' })).toMatchObject({
      Version: '2',
      Description: 'Second version :))',
    });
    const versions = await versionsOf(name);
    expect(versions.map(({ FunctionArn }) => FunctionArn)).toEqual([
      `${arn}:$LATEST`,
      `${arn}:1`,
      `${arn}:2`,
    ]);
    for (const entry of versions) {
      expect(Object.keys(entry)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^(State|LastUpdateStatus|RuntimeVersionConfig)/)]),
      );
    }
  });

  it('is new when the same code is uploaded again', async () => {
    const name = await createFunction(aws);
    expect((await publish(name)).Version).toBe('1');
    await aws.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: python }));
    expect((await publish(name)).Version).toBe('2');
  });

  it('is refused when the code or the revision differ from the expected ones', async () => {
    const name = await createFunction(aws);
    const { CodeSha256 = '' } = (await describeOf(name)) ?? {};
    expect(await refusal(publish(name, { CodeSha256: 'other' }))).toEqual(
      invalidParameter(
        `CodeSHA256 (other) is different from current CodeSHA256 in $LATEST (${CodeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
      ),
    );
    expect(await refusal(publish(name, { RevisionId: 'wrong' }))).toEqual(wrongRevision);
    const RevisionId = await revisionOf(aws, name);
    expect((await publish(name, { CodeSha256, RevisionId })).Version).toBe('1');
  });

  it('is published with the creation of the function', async () => {
    const created = await aws.lambda.send(new CreateFunctionCommand(functionInput(aws, { Publish: true })));
    const name = created.FunctionName as string;
    expect(created).toMatchObject({ Version: '1', FunctionArn: aws.arn(name), State: 'Pending' });
    expect(await describeOf(name)).toMatchObject({ Version: '$LATEST', State: 'Active' });
    expect(await describeOf(name, '1')).toMatchObject({ Version: '1', FunctionArn: `${aws.arn(name)}:1` });
    expect((await publish(name)).Version).toBe('1');
  });

  it('is published with an update of the code, and pending in that answer', async () => {
    const name = await createFunction(aws);
    const update = { FunctionName: name, ZipFile: otherPython, Publish: true };
    expect(await aws.lambda.send(new UpdateFunctionCodeCommand(update))).toMatchObject({
      Version: '1',
      FunctionArn: `${aws.arn(name)}:1`,
      State: 'Pending',
      StateReasonCode: 'Creating',
    });
    expect(await describeOf(name, '1')).toMatchObject({ State: 'Active', LastUpdateStatus: 'Successful' });
  });

  it('has a snapshot when the function uses SnapStart', async () => {
    const name = await createFunction(aws, { SnapStart: { ApplyOn: 'PublishedVersions' } });
    await publish(name);
    expect((await describeOf(name))?.SnapStart?.OptimizationStatus).toBe('Off');
    expect((await describeOf(name, '1'))?.SnapStart).toEqual({
      ApplyOn: 'PublishedVersions',
      OptimizationStatus: 'On',
    });
  });

  it('is listed together with those of all functions', async () => {
    const name = await createFunction(aws);
    await publish(name);
    const found: string[] = [];
    let Marker: string | undefined;
    do {
      const command = new ListFunctionsCommand({ FunctionVersion: 'ALL', Marker, MaxItems: 3 });
      const { Functions = [], NextMarker } = await aws.lambda.send(command);
      found.push(...Functions.map(({ FunctionArn }) => FunctionArn as string));
      Marker = NextMarker;
    } while (Marker);
    expect(found.filter((arn) => arn.startsWith(`${aws.arn(name)}:`))).toEqual([
      `${aws.arn(name)}:$LATEST`,
      `${aws.arn(name)}:1`,
    ]);
  });

  it('is refused for an unknown function', async () => {
    const unknown = notFound(`Function not found: ${aws.arn('nobody')}`);
    expect(await refusal(publish('nobody'))).toEqual(unknown);
    expect(await refusal(versionsOf('nobody'))).toEqual(unknown);
    const name = await createFunction(aws);
    expect(await refusal(describeOf(name, '1221'))).toEqual(
      notFound(`Function not found: ${aws.arn(name)}:1221`),
    );
  });
});
