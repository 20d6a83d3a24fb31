// Aliases, and the versions that their weights select.
import {
  CreateAliasCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  ListAliasesCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AliasRecord, FunctionRecord } from '../../../../src/local/services/lambda/records.ts';
import { resolveInvoked } from '../../../../src/local/services/lambda/references.ts';
import { keyOf, type LambdaState } from '../../../../src/local/services/lambda/state.ts';
import { account, someone } from '../../call.ts';
import { memoryStore } from '../../memory-store.ts';
import {
  conflict,
  createFunction,
  invalidParameter,
  type LambdaAws,
  notFound,
  refusal,
  revisionOf,
  startLambda,
  twoVersions,
  violation,
  wrongRevision,
} from './fixture.ts';

let aws: LambdaAws;

beforeAll(async () => {
  aws = await startLambda();
});
afterAll(() => aws?.stop());

const create = (FunctionName: string, Name: string, more: object = {}) =>
  aws.lambda.send(new CreateAliasCommand({ FunctionName, Name, FunctionVersion: '1', ...more }));
const update = (FunctionName: string, Name: string, more: object) =>
  aws.lambda.send(new UpdateAliasCommand({ FunctionName, Name, ...more }));
const get = (FunctionName: string, Name: string) =>
  aws.lambda.send(new GetAliasCommand({ FunctionName, Name }));
const routing = (weights: Record<string, number>) => ({
  RoutingConfig: { AdditionalVersionWeights: weights },
});

describe('an alias', () => {
  it('is created, changed and deleted', async () => {
    const name = await twoVersions(aws);
    const AliasArn = `${aws.arn(name)}:one`;
    const functionRevision = await revisionOf(aws, name);
    const { $metadata, ...made } = await create(name, 'one', { Description: 'd', ...routing({ 2: 0.2 }) });
    expect($metadata.httpStatusCode).toBe(201);
    expect(made).toEqual({
      AliasArn,
      Name: 'one',
      FunctionVersion: '1',
      Description: 'd',
      RevisionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ...routing({ 2: 0.2 }),
    });
    expect(await get(name, 'one')).toMatchObject(made);
    expect(await revisionOf(aws, name)).toBe(functionRevision);
    const { $metadata: _, ...changed } = await update(name, 'one', routing({}));
    expect(changed).toEqual({
      AliasArn,
      Name: 'one',
      FunctionVersion: '1',
      Description: 'd',
      RevisionId: expect.any(String),
    });
    expect(changed.RevisionId).not.toBe(made.RevisionId);
    expect(await refusal(update(name, 'one', { RevisionId: made.RevisionId }))).toEqual(wrongRevision);
    const { RevisionId } = changed;
    expect(await update(name, 'one', { RevisionId, FunctionVersion: '2', Description: 'e' })).toMatchObject({
      FunctionVersion: '2',
      Description: 'e',
    });
    const remove = () => aws.lambda.send(new DeleteAliasCommand({ FunctionName: name, Name: 'one' }));
    expect((await remove()).$metadata.httpStatusCode).toBe(204);
    expect((await remove()).$metadata.httpStatusCode).toBe(204);
    expect(await refusal(get(name, 'one'))).toEqual(notFound(`Cannot find alias arn: ${AliasArn}`));
    expect(await refusal(update(name, 'one', {}))).toEqual(notFound(`Alias not found: ${AliasArn}`));
  });

  it('is listed by name, in pages, of a function or of one of its versions', async () => {
    const name = await twoVersions(aws);
    for (const [alias, FunctionVersion] of [
      ['c', '1'],
      ['a', '1'],
      ['b', '2'],
    ] as const) {
      await create(name, alias, { FunctionVersion });
    }
    const list = async (more: object) =>
      aws.lambda.send(new ListAliasesCommand({ FunctionName: name, ...more }));
    const names = ({ Aliases = [] }: { Aliases?: { Name?: string }[] }) => Aliases.map(({ Name }) => Name);
    expect(names(await list({}))).toEqual(['a', 'b', 'c']);
    expect(names(await list({ FunctionVersion: '1' }))).toEqual(['a', 'c']);
    const first = await list({ MaxItems: 2 });
    expect(names(first)).toEqual(['a', 'b']);
    expect(names(await list({ Marker: first.NextMarker }))).toEqual(['c']);
    expect(await refusal(aws.lambda.send(new ListAliasesCommand({ FunctionName: 'nobody' })))).toEqual(
      notFound(`Function not found: ${aws.arn('nobody')}`),
    );
  });

  it('stands for its version whenever a function is read or invoked', async () => {
    const name = await twoVersions(aws);
    await create(name, 'live');
    const arn = `${aws.arn(name)}:live`;
    for (const [FunctionName, Qualifier] of [
      [name, 'live'],
      [`${name}:live`, undefined],
      [arn, undefined],
      [arn, 'live'],
    ] as const) {
      const target = { FunctionName, Qualifier };
      const { Configuration } = await aws.lambda.send(new GetFunctionCommand(target));
      expect(Configuration).toMatchObject({ FunctionArn: arn, Version: '1' });
      const alone = await aws.lambda.send(new GetFunctionConfigurationCommand(target));
      expect(alone).toMatchObject({ FunctionArn: arn, Version: '1', RevisionId: Configuration?.RevisionId });
    }
    const invoke = (Qualifier: string) =>
      aws.lambda.send(new InvokeCommand({ FunctionName: name, Qualifier, Payload: '"hi"' }));
    const one = await invoke('live');
    expect([one.ExecutedVersion, one.Payload?.transformToString()]).toEqual(['1', '"hi"']);
    await update(name, 'live', { FunctionVersion: '2' });
    const two = await invoke('live');
    expect([two.ExecutedVersion, two.Payload?.transformToString()]).toEqual(['2', '2']);
    const unknown = notFound(`Function not found: ${aws.arn(name)}:other`);
    expect(await refusal(invoke('other'))).toEqual(unknown);
    const look = new GetFunctionCommand({ FunctionName: name, Qualifier: 'other' });
    expect(await refusal(aws.lambda.send(look))).toEqual(unknown);
  });

  it('sends all requests to another version whose weight is 1', async () => {
    const name = await twoVersions(aws);
    await create(name, 'live', routing({ 2: 1 }));
    const answer = await aws.lambda.send(
      new InvokeCommand({ FunctionName: `${name}:live`, Payload: '"hi"' }),
    );
    expect(answer.ExecutedVersion).toBe('2');
  });

  it('protects its versions from deletion, and is deleted with the function', async () => {
    const name = await twoVersions(aws);
    await create(name, 'live', routing({ 2: 0.5 }));
    const remove = (Qualifier?: string) =>
      aws.lambda.send(new DeleteFunctionCommand({ FunctionName: name, Qualifier }));
    for (const version of ['1', '2']) {
      expect(await refusal(remove(version))).toEqual(
        conflict('Unable to delete version because the following aliases reference it: [live]'),
      );
    }
    await remove();
    await createFunction(aws, { FunctionName: name });
    expect(await refusal(get(name, 'live'))).toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('points only to existing versions, with valid weights', async () => {
    const name = await twoVersions(aws);
    const arn = aws.arn(name);
    await create(name, 'taken');
    expect(await refusal(create(name, 'taken'))).toEqual(conflict(`Alias already exists: ${arn}:taken`));
    const missing = notFound(`Function not found: ${arn}:10`);
    expect(await refusal(create(name, 'a', { FunctionVersion: '10' }))).toEqual(missing);
    expect(await refusal(create(name, 'a', routing({ 10: 0.5 })))).toEqual(missing);
    expect(await refusal(update(name, 'taken', { FunctionVersion: '10' }))).toEqual(missing);
    expect(await refusal(create(`${name}-unknown`, 'a'))).toEqual(
      notFound(`Function not found: ${arn}-unknown:1`),
    );
    expect(await refusal(create(name, 'a', routing({ 1: 0.5 })))).toEqual(
      invalidParameter(
        'Invalid function version 1. Function version 1 is already included in routing configuration.',
      ),
    );
    expect(await refusal(create(name, 'a', routing({ 1: 0.1, 2: 0.1 })))).toEqual(
      invalidParameter('Number of items in AdditionalVersionWeights cannot be greater than 1'),
    );
    const latest = { FunctionVersion: '$LATEST' };
    expect(await refusal(create(name, 'a', { ...latest, ...routing({ 1: 0.5 }) }))).toEqual({
      name: 'InvalidParameterValueException',
      status: 400,
      message: '$LATEST is not supported for an alias pointing to more than 1 version',
      Type: undefined,
    });
    expect(await create(name, 'latest', latest)).toMatchObject(latest);
    expect((await create(name, 'empty', routing({}))).RoutingConfig).toBeUndefined();
  });

  it('is refused when it violates the model', async () => {
    const name = await twoVersions(aws);
    const place = "at 'routingConfig.additionalVersionWeights' failed to satisfy constraint:";
    const value =
      'Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]';
    expect(await refusal(create(name, 'a', routing({ 2: 2 })))).toEqual(
      violation(`Value '{2=2.0}' ${place} ${value}`),
    );
    expect(await refusal(create(name, 'a', routing({ 2: -1 })))).toEqual(
      violation(`Value '{2=-1.0}' ${place} ${value}`),
    );
    expect(await refusal(create(name, 'a', routing({ $LATEST: 0.5 })))).toEqual(
      violation(
        `Value '{$LATEST=0.5}' ${place} Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]`,
      ),
    );
    for (const alias of ['1', 'a:b', '$LATEST']) {
      expect(await refusal(create(name, alias))).toEqual(
        violation(
          `Value '${alias}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)`,
        ),
      );
    }
    const absent = aws.lambda.send(
      new CreateAliasCommand({ FunctionName: name, Name: undefined, FunctionVersion: undefined }),
    );
    expect((await refusal(absent)).message).toContain(
      "Value null at 'functionVersion' failed to satisfy constraint: Member must not be null",
    );
  });
});

describe('the version behind an alias with weights', () => {
  const scope = { account, region: someone().region };
  const functions = memoryStore().collection<FunctionRecord>('functions');
  const aliases = memoryStore().collection<AliasRecord>('aliases');
  const state = { functions, aliases } as unknown as LambdaState;
  for (const version of ['$LATEST', '1', '2']) {
    functions.put(keyOf(scope, 'f', version), { ...scope, name: 'f', version } as FunctionRecord);
  }
  aliases.put(keyOf(scope, 'f', 'live'), {
    functionVersion: '1',
    weights: { 2: 0.25 },
  } as unknown as AliasRecord);
  const resolve = (qualifier: string | undefined, random: number) =>
    resolveInvoked(state, someone(), { name: 'f', qualifier, arn: 'arn' }, () => random);

  it.each([
    [0, '2'],
    [0.2499, '2'],
    [0.25, '1'],
    [0.9999, '1'],
  ])('is, for the random number %d, version %s', (random, version) => {
    const { record, executedVersion } = resolve('live', random);
    expect([record.version, executedVersion]).toEqual([version, version]);
  });

  it('is not random when a version itself is named', () => {
    expect(resolve('1', 0).executedVersion).toBe('1');
    expect(resolve('$LATEST', 0).executedVersion).toBe('$LATEST');
    expect(resolve(undefined, 0).executedVersion).toBe('$LATEST');
  });
});
