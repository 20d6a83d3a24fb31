// `slsctl local fault`: what it says and refuses, and who may set faults.
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { expectSlsctl } from '../../support/in-process.ts';
import { fault, listed, listRoles, local, withFaults } from './fixture.ts';

withFaults();

const refused = async (...words: string[]): Promise<string> => {
  const options = { env: { SLSCTL_HOME: local.home }, code: 2 };
  const { stderr, stdout } = await expectSlsctl(['local', 'fault', ...words], options);
  expect(stdout).toBe('');
  return stderr;
};
describe('slsctl local fault', () => {
  it('says what is set, how often it was met, and removes one or all', async () => {
    expect((await fault('add', 'throttle', 'iam:ListRoles', '--share', '100%')).stdout).toBe(
      'fault 1: throttle on iam:ListRoles, 100 % of the requests, seed 1\n',
    );
    await fault('add', 'slow', 'writes', '--delay', '1500ms');
    await fault('add', 'cut-after', 'lambda:CreateFunction', '--nth', '2');
    await listRoles();
    expect((await fault('list')).stdout).toBe(
      [
        '1  throttle on iam:ListRoles, 100 % of the requests, seed 1  1 of 1 request met',
        '2  slow by 1.5 s on every write                              0 of 0 requests met',
        '3  cut-after on lambda:CreateFunction, request 2 only        0 of 0 requests met\n',
      ].join('\n'),
    );
    expect(await listed()).toMatchObject([
      { id: 1, kind: 'throttle', operation: 'iam:ListRoles', share: 1, matched: 1, met: 1 },
      { id: 2, kind: 'slow', operation: 'writes', delay: 1500, met: 0 },
      { id: 3, kind: 'cut-after', operation: 'lambda:CreateFunction', nth: 2, met: 0 },
    ]);
    expect((await fault('clear', '1')).stdout).toBe('removed fault 1\n');
    expect((await fault('clear')).stdout).toBe('removed 2 faults\n');
    expect((await fault('list')).stdout).toBe('no faults are set\n');
  });

  it('sets faults that survive a restart of the local AWS', async () => {
    await fault('add', '500', 'iam:ListRoles', '--count', '2');
    await listRoles();
    await local.restart();
    expect(await listed()).toMatchObject([{ kind: '500', count: 2, met: 1 }]);
    expect(await listRoles()).toBe('InternalFailure 500');
    expect(await listRoles()).toBe('ok');
  });

  it('is mentioned by local status', async () => {
    const status = (...args: string[]) =>
      expectSlsctl(['local', 'status', ...args], { env: { SLSCTL_HOME: local.home } });
    expect((await status()).stdout).not.toContain('faults');
    await fault('add', 'slow', '--delay', '1ms');
    expect((await status()).stdout).toMatch(/^faults +1 set; slsctl local fault list shows them$/m);
    expect(JSON.parse((await status('-o', 'json')).stdout)).toMatchObject({ faults: 1 });
  });

  it.each([
    [['drop'], 'the kind is drop; allowed: throttle, 500, 503, cut-before, cut-after, slow'],
    [['500', 'lambda'], 'the operation is lambda; allowed: SERVICE:OPERATION'],
    [['500', 'lambda:'], 'the operation is lambda:; allowed: SERVICE:OPERATION'],
    [['500', 'ec2:RunInstances'], 'the local AWS has no service ec2; it has '],
    [['500', 'lambda:CreateFuncton'], 'lambda has no operation CreateFuncton; it has CreateAlias'],
    [['500', 'iam:nothing*'], 'iam has no operation nothing*; it has '],
    [['slow', '*'], 'slow needs --delay'],
    [['slow', '*', '--delay', 'long'], '--delay is "long"; allowed: 0 to 15m'],
    [['503', '*', '--delay', '1s'], '--delay is for slow only, not for 503'],
    [['503', '*', '--nth', '0'], '--nth is 0; allowed: a whole number from 1'],
    [['503', '*', '--nth', 'two'], '--nth is "two"; allowed: a whole number'],
    [['503', '*', '--count', '-1'], '--count is "-1"; allowed: a whole number'],
    [['503', '*', '--share', '120%'], '--share is "120%"; allowed: 0% to 100%'],
    [['503', '*', '--share', '0'], '--share is 0; allowed: more than 0%'],
    [['503', '*', '--seed', '3'], '--seed is for --share only'],
    [['503', '*', '--nth', '1', '--share', '5%'], '--nth and --share exclude each other'],
    [['503', '*', '--nth', '1', '--count', '5'], '--nth and --count exclude each other'],
  ])('refuses add %j', async (words, message) => {
    expect(await refused('add', ...words)).toContain(`error: ${message}`);
    expect(await listed()).toEqual([]);
  });

  it('refuses to remove a fault that is not there', async () => {
    await fault('add', '500');
    expect(await refused('clear', '7')).toContain('error: there is no fault 7; there are 1');
    expect(await refused('clear', 'all')).toContain('error: there is no fault all');
    expect(await listed()).toHaveLength(1);
  });

  it('needs a running local AWS to list and clear', async () => {
    const options = { env: { SLSCTL_HOME: `${local.home}-none` }, code: 1 };
    for (const word of ['list', 'clear']) {
      const { stderr } = await expectSlsctl(['local', 'fault', word], options);
      expect(stderr).toContain('error: the local AWS is not running\n next: slsctl local start');
    }
  });
});

describe('the address of the faults', () => {
  const ask = (headers: Record<string, string>, method = 'GET', path = '/_slsctl/faults') =>
    new Promise<number>((resolve, reject) => {
      request(`${local.endpoint}${path}`, { method, headers, agent: false }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      })
        .on('error', reject)
        .end(method === 'POST' ? '{"kind":"500","operation":"*"}' : undefined);
    });

  it('refuses whoever does not sign, and web pages', async () => {
    expect(await ask({})).toBe(403);
    expect(await ask({}, 'POST')).toBe(403);
    expect(await ask({ authorization: 'Bearer x' }, 'DELETE')).toBe(403);
    expect(await ask({ origin: 'http://localhost' }, 'POST')).toBe(403);
    expect(await listed()).toEqual([]);
  });
});
