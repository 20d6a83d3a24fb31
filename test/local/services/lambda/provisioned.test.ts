// Provisioned concurrency of versions and aliases.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateAliasCommand,
  DeleteAliasCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  GetProvisionedConcurrencyConfigCommand,
  InvokeCommand,
  ListProvisionedConcurrencyConfigsCommand,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provisionedFor } from '../../../../src/local/services/lambda/concurrency/prewarm.ts';
import type {
  AliasRecord,
  FunctionRecord,
  ProvisionedRecord,
} from '../../../../src/local/services/lambda/records.ts';
import { keyOf, type LambdaState } from '../../../../src/local/services/lambda/state.ts';
import { account, someone } from '../../call.ts';
import { memoryStore } from '../../memory-store.ts';
import { filesZip } from '../../zip.ts';
import {
  conflict,
  createFunction,
  invalidParameter,
  type LambdaAws,
  notFound,
  refusal,
  startLambda,
  twoVersions,
  violation,
} from './fixture.ts';

let aws: LambdaAws;

beforeAll(async () => {
  aws = await startLambda();
});
afterAll(() => aws?.stop());

const create = (FunctionName: string, Name: string, more: object = {}) =>
  aws.lambda.send(new CreateAliasCommand({ FunctionName, Name, FunctionVersion: '1', ...more }));
const routing = (weights: Record<string, number>) => ({
  RoutingConfig: { AdditionalVersionWeights: weights },
});

describe('provisioned concurrency', () => {
  const put = (FunctionName: string, Qualifier: string, count = 1) =>
    aws.lambda.send(
      new PutProvisionedConcurrencyConfigCommand({
        FunctionName,
        Qualifier,
        ProvisionedConcurrentExecutions: count,
      }),
    );
  const read = (FunctionName: string, Qualifier: string) =>
    aws.lambda.send(new GetProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier }));
  /** Waits until the environments are started, or have failed to start. */
  const settled = async (FunctionName: string, Qualifier: string) => {
    for (;;) {
      const config = await read(FunctionName, Qualifier);
      if (config.Status !== 'IN_PROGRESS') return config;
      await sleep(20);
    }
  };
  const remove = (FunctionName: string, Qualifier: string) =>
    aws.lambda.send(new DeleteProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier }));
  const list = async (FunctionName: string) =>
    (await aws.lambda.send(new ListProvisionedConcurrencyConfigsCommand({ FunctionName })))
      .ProvisionedConcurrencyConfigs;
  const LastModified = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/);
  const none = {
    name: 'ProvisionedConcurrencyConfigNotFoundException',
    status: 404,
    message: 'No Provisioned Concurrency Config found for this function',
    Type: 'User',
  };

  it('is requested for a version and becomes ready', async () => {
    const name = await twoVersions(aws);
    expect(await refusal(read(name, '1'))).toEqual(none);
    expect((await remove(name, '1')).$metadata.httpStatusCode).toBe(204);
    expect(await list(name)).toEqual([]);
    const { $metadata, ...asked } = await put(name, '1', 2);
    expect($metadata.httpStatusCode).toBe(202);
    expect(asked).toEqual({
      RequestedProvisionedConcurrentExecutions: 2,
      AvailableProvisionedConcurrentExecutions: 0,
      AllocatedProvisionedConcurrentExecutions: 0,
      Status: 'IN_PROGRESS',
      LastModified,
    });
    const ready = {
      RequestedProvisionedConcurrentExecutions: 2,
      AvailableProvisionedConcurrentExecutions: 2,
      AllocatedProvisionedConcurrentExecutions: 2,
      Status: 'READY',
      LastModified,
    };
    const { $metadata: _, ...there } = await settled(name, '1');
    expect(there).toEqual(ready);
    expect(await list(name)).toEqual([{ FunctionArn: `${aws.arn(name)}:1`, ...ready }]);
    expect((await remove(name, '1')).$metadata.httpStatusCode).toBe(204);
    expect(await refusal(read(name, '1'))).toEqual(none);
  });

  it('belongs to an alias or to its version, and is removed with the alias', async () => {
    const name = await twoVersions(aws);
    await create(name, 'live', routing({ 2: 0.5 }));
    await put(name, '1');
    const aliased =
      "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version";
    expect(await refusal(put(name, 'live'))).toEqual(conflict(aliased));
    await remove(name, '1');
    expect((await put(name, 'live')).Status).toBe('IN_PROGRESS');
    expect(await list(name)).toMatchObject([{ FunctionArn: `${aws.arn(name)}:live` }]);
    const pointed = conflict('Version is pointed by a Provisioned Concurrency alias');
    expect(await refusal(put(name, '1'))).toEqual(pointed);
    expect(await refusal(put(name, '2'))).toEqual(pointed);
    await aws.lambda.send(new DeleteAliasCommand({ FunctionName: name, Name: 'live' }));
    expect(await refusal(read(name, 'live'))).toEqual(
      notFound(`Cannot find alias arn: ${aws.arn(name)}:live`),
    );
    expect(await list(name)).toEqual([]);
  });

  it('is refused for $LATEST, and for unknown versions, aliases and functions', async () => {
    const name = await twoVersions(aws);
    const target = invalidParameter(
      'The function resource provided must be an alias or a published version.',
    );
    expect(await refusal(put(name, '$LATEST'))).toEqual(
      invalidParameter('Provisioned Concurrency Configs cannot be applied to unpublished function versions.'),
    );
    expect(await refusal(read(name, '$LATEST'))).toEqual(target);
    expect(await refusal(remove(name, '$LATEST'))).toEqual(target);
    for (const FunctionName of [name, 'doesnotexist']) {
      for (const call of [put, read, remove]) {
        expect(await refusal(call(FunctionName, 'noalias'))).toEqual(
          notFound(`Cannot find alias arn: ${aws.arn(FunctionName)}:noalias`),
        );
        expect(await refusal(call(FunctionName, '10'))).toEqual(
          notFound(`Function not found: ${aws.arn(FunctionName)}:10`),
        );
      }
    }
    expect(await refusal(list('doesnotexist'))).toEqual(
      notFound(`Function not found: ${aws.arn('doesnotexist')}`),
    );
    expect(await refusal(put(name, '1', 0))).toEqual(
      violation(
        "Value '0' at 'provisionedConcurrentExecutions' failed to satisfy constraint: Member must have value greater than or equal to 1",
      ),
    );
  });

  it("counts towards the account's concurrency", async () => {
    const name = await twoVersions(aws);
    const untyped = (message: string) => ({ ...invalidParameter(message), Type: undefined });
    expect(await refusal(put(name, '1', 1001))).toEqual(
      untyped(
        "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [1000].",
      ),
    );
    expect(await refusal(put(name, '1', 901))).toEqual(
      untyped(
        "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
      ),
    );
    await aws.lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: 3 }),
    );
    await put(name, '1', 2);
    expect(await refusal(put(name, '2', 2))).toMatchObject({ name: 'InvalidParameterValueException' });
    await put(name, '1', 3);
  });

  it('takes its part of the reserved concurrency from the other versions', async () => {
    const FunctionName = await twoVersions(aws);
    await aws.lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 1 }),
    );
    await put(FunctionName, '1', 1);
    await settled(FunctionName, '1');
    expect(
      await refusal(
        aws.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 })),
      ),
    ).toMatchObject({ name: 'InvalidParameterValueException', status: 400, Type: undefined });
    const invoke = (more: object) => aws.lambda.send(new InvokeCommand({ FunctionName, ...more }));
    for (const more of [{}, { Qualifier: '2' }]) {
      await expect(invoke(more)).rejects.toMatchObject({
        name: 'TooManyRequestsException',
        message: 'Rate Exceeded.',
        Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
        Type: 'User',
      });
    }
    expect((await invoke({ Qualifier: '1' })).StatusCode).toBe(200);
    await remove(FunctionName, '1');
    expect((await invoke({})).StatusCode).toBe(200);
  });
});

describe('a provisioned environment', () => {
  const code = filesZip({
    'index.py': `import os, time
kind = os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"]
began = time.time()
def handler(event, context):
    return [kind, began, os.getpid()]
`,
  });

  async function provisioned(zip: Uint8Array, count: number): Promise<string> {
    const FunctionName = await createFunction(aws, { Code: { ZipFile: zip }, Publish: true });
    await aws.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
    await aws.lambda.send(
      new PutProvisionedConcurrencyConfigCommand({
        FunctionName,
        Qualifier: 'live',
        ProvisionedConcurrentExecutions: count,
      }),
    );
    return FunctionName;
  }

  async function status(FunctionName: string) {
    for (;;) {
      const config = await aws.lambda.send(
        new GetProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier: 'live' }),
      );
      if (config.Status !== 'IN_PROGRESS') return config;
      await sleep(20);
    }
  }

  async function invoke(FunctionName: string, Qualifier: string): Promise<[string, number, number]> {
    const { Payload } = await aws.lambda.send(new InvokeCommand({ FunctionName, Qualifier }));
    return JSON.parse(Payload?.transformToString() ?? '');
  }

  it('is started again after a restart', async () => {
    const name = await provisioned(code, 1);
    await status(name);
    const [, , pid] = await invoke(name, 'live');
    await aws.restart();
    expect(await status(name)).toMatchObject({ Status: 'READY' });
    const before = Date.now() / 1000;
    const [kind, began, other] = await invoke(name, 'live');
    expect([kind, began < before, other !== pid]).toEqual(['provisioned-concurrency', true, true]);
  });

  it('that fails to start is reported', async () => {
    const name = await provisioned(filesZip({ 'index.py': 'raise Exception("no")\n' }), 1);
    expect(await status(name)).toMatchObject({
      Status: 'FAILED',
      StatusReason: 'FUNCTION_ERROR_INIT_FAILURE',
      AvailableProvisionedConcurrentExecutions: 0,
    });
  });

  it('gets no invocation while it starts, nor when it has failed to', async () => {
    const name = await provisioned(
      filesZip({
        'index.py': `import os, time
kind = os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"]
if kind == "provisioned-concurrency":
    time.sleep(1)
    raise Exception("no")
def handler(event, context):
    return [kind, 0, 0]
`,
      }),
      1,
    );
    expect(await invoke(name, 'live')).toEqual(['on-demand', 0, 0]);
    expect((await status(name)).Status).toBe('FAILED');
    expect(await invoke(name, 'live')).toEqual(['on-demand', 0, 0]);
  });
});

describe('the number of environments that a version keeps ready', () => {
  it('is the sum of its own and those of the aliases that point to it', () => {
    const scope = { account, region: someone().region };
    const store = memoryStore();
    const state = {
      aliases: store.collection<AliasRecord>('aliases'),
      provisioned: store.collection<ProvisionedRecord>('provisioned'),
    } as unknown as LambdaState;
    const version = (number: string) => ({ ...scope, name: 'f', version: number }) as FunctionRecord;
    const ready = (requested: number, readyAt = 0) => ({ requested, lastModified: 0, readyAt });
    state.aliases.put(keyOf(scope, 'f', 'live'), { functionVersion: '1' } as AliasRecord);
    state.aliases.put(keyOf(scope, 'f', 'slow'), { functionVersion: '1' } as AliasRecord);
    state.provisioned.put(keyOf(scope, 'f', 'live'), ready(2));
    state.provisioned.put(keyOf(scope, 'f', 'slow'), ready(4, Number.MAX_SAFE_INTEGER));
    state.provisioned.put(keyOf(scope, 'f', '2'), ready(8));
    state.provisioned.put(keyOf(scope, 'g', '1'), ready(16));
    expect(['1', '2', '3'].map((number) => provisionedFor(state, version(number)))).toEqual([6, 8, 0]);
  });
});
