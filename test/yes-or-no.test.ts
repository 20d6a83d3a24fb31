// Environment variables that say yes or no are read by their words, and anything else is refused.
import { describe, expect, it, onTestFinished } from 'vitest';
import { yesOrNo } from '../src/yes-or-no.ts';
import { slsctl } from './support/in-process.ts';
import { folderWith } from './support/project.ts';
import { untouchable } from './support/proxy.ts';

describe('a variable that says yes or no', () => {
  it.each([
    [['1', 'true', 'TRUE', 'yes', 'Yes', 'on', ' on '], true],
    [['0', 'false', 'False', 'no', 'NO', 'off'], false],
    [['', ' ', undefined], undefined],
  ])('%j means %s', (words, meaning) => {
    expect(words.map((word) => yesOrNo({ X: word }, 'X'))).toEqual(words.map(() => meaning));
  });

  it.each([
    ['SLSCTL_LOCAL', 'ture', ['list']],
    ['SLSCTL_LOCAL', '2', ['schema']],
    ['SLSCTL_LOCAL', 'y', ['deploy', '--local']],
    ['SLSCTL_LOCAL', 'local', ['destroy', '--yes', '-o', 'json']],
    ['SLSCTL_RATE_LIMITS', 'none', ['list']],
    ['SLSCTL_RATE_LIMITS', 'constructor', ['status']],
  ])('%s=%s is refused by %j, and nothing is called', async (name, word, args) => {
    const { endpoint, calls, close } = await untouchable();
    onTestFinished(close);
    const cwd = await folderWith({
      'index.js': 'exports.handler = 1;\n',
      'slsctl.yml': 'project: p\nfunctions: { f: { runtime: nodejs22.x, handler: index.handler } }\n',
    });
    const env = {
      ...{ AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'us-east-1' },
      ...{ AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example', [name]: word },
    };
    const { code, stderr } = await slsctl(args, { cwd, env });
    expect([code, calls()]).toEqual([2, 0]);
    expect(stderr).toBe(
      `error: ${name} is "${word}"; allowed: 1, true, yes or on, and 0, false, no or off\n next: set ${name} to one of these words, or unset it\n`,
    );
  });

  it('is clearly no: SLSCTL_LOCAL=off goes to the endpoint', async () => {
    const { endpoint, calls, close } = await untouchable();
    onTestFinished(close);
    const env = {
      ...{ AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'us-east-1', AWS_MAX_ATTEMPTS: '1' },
      ...{ AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example', SLSCTL_LOCAL: 'off' },
    };
    await slsctl(['list'], { cwd: await folderWith(), env });
    expect(calls()).toBeGreaterThan(0);
  });
});
