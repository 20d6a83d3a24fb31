// Definitions that AWS would refuse: exit 2 with file and line, and nothing is called.
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { expectSlsctl } from '../../support/in-process.ts';
import { folderWith } from '../../support/project.ts';

const functions = { pay: { runtime: 'python3.12', handler: 'app.handler' } };
const pass = { Type: 'Pass', End: true };

/** The complaint about a definition in a file. */
async function refused(definition: string | object, machine: object = {}): Promise<string> {
  const text = typeof definition === 'string' ? definition : JSON.stringify(definition, null, 1);
  const stateMachines = { orders: { definition: 'orders.asl.json', ...machine } };
  const cwd = await folderWith({
    'app.py': '',
    'orders.asl.json': text,
    'slsctl.yml': stringify({ project: 'shop', functions, stateMachines }),
  });
  // Nothing listens there.
  const env = {
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_REGION: 'us-east-1',
  };
  return (await expectSlsctl(['plan'], { cwd, env, code: 2 })).stderr;
}

const states = (States: object, StartAt = 'A') => ({ StartAt, States });

describe('a definition that AWS would refuse', () => {
  it.each([
    [
      'a transition that leads nowhere',
      states({ A: { Type: 'Pass', Next: 'Bb' }, B: pass }),
      'orders.asl.json:6:12: States.A.Next is Bb, but there is no such state; did you mean B?',
    ],
    [
      'an unknown type',
      states({ A: { Type: 'Tusk', End: true } }),
      'orders.asl.json:5:12: States.A.Type is Tusk; allowed: Task, Pass, Choice, Wait, Succeed, Fail, Parallel, Map; did you mean Task?',
    ],
    [
      'a state that is not reachable',
      states({ A: pass, B: pass }),
      'States.B is not reachable: no state goes there',
    ],
    [
      'a start that does not exist',
      states({ A: pass }, 'B'),
      'orders.asl.json:2:13: StartAt is B, but there is no such state',
    ],
    [
      'a state without an end',
      states({ A: { Type: 'Pass' } }),
      'States.A has neither Next nor End: true; one of them is needed',
    ],
    [
      'a default of a choice that leads nowhere',
      states({
        A: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'B' }], Default: 'C' },
        B: pass,
      }),
      'States.A.Default is C, but there is no such state',
    ],
    [
      'a catcher that leads nowhere',
      states({
        A: {
          Type: 'Task',
          Resource: 'arn:aws:lambda:us-east-1:123456789012:function:f',
          End: true,
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'X' }],
        },
      }),
      'States.A.Catch.0.Next is X, but there is no such state',
    ],
    [
      'a fault in a branch',
      states({
        A: { Type: 'Parallel', End: true, Branches: [states({ A1: { Type: 'Pass', Next: 'No' } }, 'A1')] },
      }),
      'States.A.Branches.0.States.A1.Next is No, but there is no such state',
    ],
    [
      'a function that the project does not have',
      states({ A: { Type: 'Task', Resource: `\${function:paid}`, End: true } }),
      `orders.asl.json:6:16: States.A.Resource names \${function:paid}, but this project has no such function; did you mean pay?`,
    ],
    [
      'a resource that is no ARN',
      states({ A: { Type: 'Task', Resource: 'pay', End: true } }),
      `States.A.Resource is pay; allowed: an ARN, or \${function:KEY}`,
    ],
    ['a file that is not JSON', '{"StartAt": ', 'orders.asl.json:1:'],
    ['a list', '[]', 'orders.asl.json:1:1: it is not a definition; allowed: a map with StartAt and States'],
  ])('is refused: %s', async (_, definition, complaint) => {
    expect(await refused(definition)).toContain(complaint);
  });

  it('is refused in a map of slsctl.yml, too, with its line there', async () => {
    const definition = states({ A: { Type: 'Pass', Next: 'B' } });
    expect(await refused({}, { definition })).toMatch(
      /slsctl\.yml:\d+:\d+: stateMachines\.orders\.definition\.States\.A\.Next is B, but there is no such state/,
    );
  });

  it('is refused when a state of an EXPRESS machine waits', async () => {
    const wait = { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', End: true };
    expect(await refused(states({ A: wait }), { type: 'EXPRESS' })).toContain(
      'state machines of type EXPRESS do not wait',
    );
  });

  it('is refused when its file does not exist', async () => {
    expect(await refused({}, { definition: 'none.json' })).toMatch(
      /slsctl\.yml:\d+:\d+: stateMachines\.orders\.definition is none\.json, which does not exist/,
    );
  });
});

describe('invoke --state-machine', () => {
  it('refuses a name that the project does not have, and options of functions', async () => {
    const cwd = await folderWith({
      'app.py': '',
      'slsctl.yml': stringify({
        project: 'shop',
        functions,
        stateMachines: { orders: { definition: states({ A: pass }) } },
      }),
    });
    const invoke = async (...args: string[]) =>
      (await expectSlsctl(['invoke', ...args], { cwd, env: {}, code: 2 })).stderr;
    expect(await invoke('--state-machine', 'order')).toContain(
      'there is no state machine "order" in this project; it has: orders',
    );
    expect(await invoke('--state-machine', 'orders', '--tail')).toContain(
      '--state-machine and --tail exclude each other',
    );
    expect(await invoke('--state-machine', 'orders', '--payload', '{')).toContain('--payload is not JSON');
  });
});
