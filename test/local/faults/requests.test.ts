// The requests that a fault meets: each, the Nth, a share, those that change something.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { compose } from '../../../src/local/compose.ts';
import { writesOf } from '../../../src/local/faults/fault.ts';
import { Faults } from '../../../src/local/faults/faults.ts';
import { operationsOf } from '../../../src/local/protocols/operations.ts';
import * as all from '../../../src/local/services/all.ts';
import { awsCli } from '../../support/tools.ts';
import { surroundings } from '../composed.ts';
import { memoryStore } from '../memory-store.ts';
import {
  createRole,
  fault,
  getRole,
  iam,
  listed,
  listRoles,
  local,
  outcome,
  settings,
  withFaults,
} from './fixture.ts';

const cli = await awsCli();

withFaults();

describe('the requests', () => {
  const several = async (count: number) => {
    const met: boolean[] = [];
    for (let index = 0; index < count; index++) met.push((await listRoles()) !== 'ok');
    return met;
  };

  it('are met each, up to a count', async () => {
    await fault('add', '503', 'iam:*', '--count', '2');
    expect(await several(4)).toEqual([true, true, false, false]);
    expect(await listed()).toEqual([]);
  });

  it('are met at the Nth', async () => {
    await fault('add', '503', 'iam:List*', '--nth', '3');
    expect(await getRole('x')).toBe('NoSuchEntityException 404');
    expect(await several(5)).toEqual([false, false, true, false, false]);
    expect(await listed()).toEqual([]);
  });

  it('are met by a share, the same ones for the same seed', async () => {
    const drawn = async (seed: string) => {
      await fault('add', '503', 'iam:ListRoles', '--share', '30%', '--seed', seed);
      const met = await several(40);
      await fault('clear');
      return met;
    };
    const [first, second, other] = [await drawn('5'), await drawn('5'), await drawn('6')];
    expect(second).toEqual(first);
    expect(other).not.toEqual(first);
    const count = first.filter(Boolean).length;
    expect(count).toBeGreaterThan(4);
    expect(count).toBeLessThan(22);
  });

  it('that change something are met by "writes"', async () => {
    await fault('add', '503', 'writes');
    expect(await listRoles()).toBe('ok');
    expect(await createRole('w')).toBe('ServiceUnavailable 503');
  });

  it('are those of all services for "*", the default', async () => {
    await fault('add', '503');
    expect(await listRoles()).toBe('ServiceUnavailable 503');
    expect(await outcome(new LambdaClient(settings).send(new ListFunctionsCommand({})))).toMatch(/503$/);
  });

  it('are retried by clients, and then succeed', async () => {
    await fault('add', 'throttle', 'iam:ListRoles', '--count', '2');
    expect(await outcome(iam({ maxAttempts: 3 }).send(new ListRolesCommand({})))).toBe('ok');
  });

  it.runIf(cli)('are those of the aws CLI, too', async () => {
    await fault('add', 'throttle', 'iam:ListRoles');
    const env = { ...process.env, ...local.env, AWS_MAX_ATTEMPTS: '1' };
    const args = ['iam', 'list-roles', '--endpoint-url', local.endpoint];
    const failed = await promisify(execFile)(cli as string, args, { env }).catch((error) => error);
    expect(failed.stderr).toContain('An error occurred (Throttling) when calling the ListRoles operation');
  });

  it('without a valid signature are refused as ever, and not counted', async () => {
    await fault('add', '503', 'iam:ListRoles', '--count', '1');
    const wrong = iam({ credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'x' } });
    expect(await outcome(wrong.send(new ListRolesCommand({})))).toBe('InvalidClientTokenId 403');
    expect(await listRoles()).toBe('ServiceUnavailable 503');
  });
});

it('an operation is a write unless it only reads or invokes', () => {
  const { services } = compose(all, surroundings());
  const writes = new Set(writesOf(services));
  const others = services.flatMap(({ name, handlers }) =>
    Object.keys(handlers)
      .filter((operation) => !writes.has(`${name}:${operation}`))
      .map((operation) => operation.replace(/^(Get|List|Describe|Head|Invoke|Filter|Simulate).*/, '$1')),
  );
  expect(writes.size).toBeGreaterThan(100);
  expect([...new Set(others)].sort()).toEqual([
    'AssumeRole',
    'BatchGetItem',
    'BatchGetSecretValue',
    'Describe',
    'Filter',
    'Get',
    'Head',
    'Invoke',
    'List',
    'Query',
    'Scan',
    'Simulate',
    'StartLiveTail',
    'TestEventPattern',
    'TestInvokeMethod',
    'TestMetricFilter',
    'TransactGetItems',
  ]);
});

it('a slow request may meet another fault, too', () => {
  const { services } = compose(all, surroundings());
  const faults = new Faults(memoryStore(), services);
  const service = services.find(({ name }) => name === 'iam') as (typeof services)[number];
  const operation = [...operationsOf(service.sdk as object).values()].find(
    ({ name }) => name === 'ListRoles',
  );
  faults.add({ kind: '503', operation: 'iam:ListRoles' });
  faults.add({ kind: 'slow', operation: '*', delay: 20 });
  faults.add({ kind: 'cut-after', operation: '*' });
  faults.add({ kind: 'slow', operation: 'iam:*', delay: 30 });
  const met = faults.meet(service, operation as NonNullable<typeof operation>);
  expect(met).toMatchObject({ delay: 50, error: { code: 'ServiceUnavailable' } });
  expect(met?.cut).toBeUndefined();
  expect(faults.list().map(({ matched }) => matched)).toEqual([1, 1, 1, 1]);
});
