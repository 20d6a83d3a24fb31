// Creations and updates that take time: which requests are refused meanwhile, and the state afterwards.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { specOf } from '../../../../src/local/services/lambda/functions/specs.ts';
import type { FunctionRecord } from '../../../../src/local/services/lambda/records.ts';
import { createLambdaService } from '../../../../src/local/services/lambda/service.ts';
import { keyOf } from '../../../../src/local/services/lambda/state.ts';
import { removeFolder } from '../../../support/project.ts';
import { account, callerOf, someone } from '../../call.ts';
import { alone, instant, lonely } from '../../composed.ts';
import { otherPython, python } from './fixture.ts';

const arn = `arn:aws:lambda:eu-central-1:${account}:function:f`;
const busy = `The operation cannot be performed at this time. An update is in progress for resource: ${arn}`;
const creating =
  'The operation cannot be performed at this time. The function is currently in the following state: Pending';

let folder = '';
let lambda: ReturnType<typeof service>;

/** Changes take a minute; the clock is fake. */
function service() {
  const bootstraps = fileURLToPath(new URL('../../../../src/local/runtime/bootstraps/', import.meta.url));
  const pace = { ...instant, createDelay: 60_000, updateDelay: 60_000 };
  return alone(createLambdaService, { dir: folder, bootstraps, pace }, lonely);
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  folder = await mkdtemp(join(tmpdir(), 'slsctl-delays-'));
  lambda = service();
});
afterEach(async () => {
  vi.useRealTimers();
  await lambda.close?.();
  await removeFolder(folder);
});

const versionOne = () => lambda.state.functions.get(keyOf(someone(), 'f', '1')) as FunctionRecord;
const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);
const create = () =>
  callerOf(lambda)('CreateFunction', {
    FunctionName: 'f',
    Role: `arn:aws:iam::${account}:role/r`,
    Runtime: 'python3.12',
    Handler: 'index.handler',
    Code: { ZipFile: python },
  });
const configuration = (Qualifier?: string) =>
  callerOf(lambda)('GetFunctionConfiguration', { FunctionName: 'f', Qualifier });

describe('a change with a delay', () => {
  it('keeps a new function pending, and refuses to change it', async () => {
    const { RevisionId } = await create();
    expect(await configuration()).toMatchObject({ State: 'Pending', RevisionId });
    await expect(callerOf(lambda)('UpdateFunctionConfiguration', { FunctionName: 'f' })).rejects.toThrow(
      creating,
    );
    await expect(callerOf(lambda)('PublishVersion', { FunctionName: 'f' })).rejects.toThrow(creating);
    pass(59_999);
    expect(await configuration()).toMatchObject({ State: 'Pending', RevisionId });
    pass(1);
    const active = await configuration();
    expect(active).toMatchObject({ State: 'Active', LastUpdateStatus: 'Successful' });
    expect(active.RevisionId).not.toBe(RevisionId);
  });

  it('must end before the next one', async () => {
    await create();
    pass(60_000);
    const first = await callerOf(lambda)('UpdateFunctionConfiguration', { FunctionName: 'f', Timeout: 9 });
    expect(first).toMatchObject({ LastUpdateStatus: 'InProgress', Timeout: 9 });
    expect(await configuration()).toMatchObject({
      LastUpdateStatus: 'InProgress',
      RevisionId: first.RevisionId,
    });
    const { name, message } = await callerOf(lambda)('UpdateFunctionCode', {
      FunctionName: 'f',
      ZipFile: otherPython,
    }).then(
      () => new Error('not refused'),
      (error: Error) => error,
    );
    expect({ name, message }).toEqual({ name: 'ResourceConflictException', message: busy });
    for (const operation of ['PublishVersion', 'UpdateFunctionConfiguration'] as const) {
      await expect(callerOf(lambda)(operation, { FunctionName: 'f' })).rejects.toThrow(busy);
    }
    pass(60_000);
    expect(await configuration()).toMatchObject({ LastUpdateStatus: 'Successful', Timeout: 9 });
    await callerOf(lambda)('UpdateFunctionConfiguration', { FunctionName: 'f', Timeout: 10 });
  });

  it('keeps a version pending that is published with new code', async () => {
    await create();
    pass(60_000);
    const version = await callerOf(lambda)('UpdateFunctionCode', {
      FunctionName: 'f',
      ZipFile: otherPython,
      Publish: true,
    });
    expect(version).toMatchObject({ Version: '1', State: 'Pending' });
    expect(await configuration('1')).toMatchObject({ State: 'Pending', RevisionId: version.RevisionId });
    expect(await configuration('$LATEST')).toMatchObject({ State: 'Active', LastUpdateStatus: 'InProgress' });
    pass(60_000);
    // Versions do not change: becoming Active gives no new revision.
    expect(await configuration('1')).toMatchObject({
      State: 'Active',
      LastUpdateStatus: 'Successful',
      RevisionId: version.RevisionId,
    });
  });

  it('delays provisioned concurrency', async () => {
    await create();
    pass(60_000);
    await callerOf(lambda)('PublishVersion', { FunctionName: 'f' });
    const target = { FunctionName: 'f', Qualifier: '1' };
    await callerOf(lambda)('PutProvisionedConcurrencyConfig', {
      ...target,
      ProvisionedConcurrentExecutions: 3,
    });
    const read = () => callerOf(lambda)('GetProvisionedConcurrencyConfig', target);
    expect(await read()).toMatchObject({
      Status: 'IN_PROGRESS',
      AvailableProvisionedConcurrentExecutions: 0,
    });
    // The environments are started already, but that alone does not make them ready.
    await lambda.state.pool.provision(specOf(lambda.state, versionOne()), 3);
    expect(await read()).toMatchObject({ Status: 'IN_PROGRESS' });
    pass(60_000);
    expect(await read()).toMatchObject({ Status: 'READY', AvailableProvisionedConcurrentExecutions: 3 });
  });
});
