// Exported keys come before AWS_PROFILE, and --profile before both, as in the aws CLI; the SDK writes no text of its own.
import { describe, expect, it } from 'vitest';
import { slsctl } from '../../support/in-process.ts';
import { folderWith } from '../../support/project.ts';
import { signers } from '../../support/signers.ts';

const exported = { AWS_ACCESS_KEY_ID: 'AKIANEWNEWNEWNEWNEWN', AWS_SECRET_ACCESS_KEY: 'x' };
const profile = (name: string, key: string) =>
  `[profile ${name}]\nregion = us-east-1\naws_access_key_id = ${key}\naws_secret_access_key = abcdefgh\n`;
const config = profile('old', 'AKIAOLDOLDOLDOLDOLDO') + profile('other', 'AKIAOTHEROTHEROTHER1');

interface Setup {
  env: NodeJS.ProcessEnv;
  args?: string[];
  /** Lines of slsctl.yml. */
  file?: string;
  key: string;
}

describe.each(['plan', 'status', 'list', 'destroy --yes', 'deploy --yes'])('slsctl %s', (command) => {
  it.each<[what: string, setup: Setup]>([
    [
      'exported keys, where AWS_PROFILE is set',
      { env: { ...exported, AWS_PROFILE: 'old' }, key: 'AKIANEWNEWNEWNEWNEWN' },
    ],
    [
      '--profile, where keys are exported and AWS_PROFILE is set',
      {
        env: { ...exported, AWS_PROFILE: 'other' },
        args: ['--profile', 'old'],
        key: 'AKIAOLDOLDOLDOLDOLDO',
      },
    ],
    ['AWS_PROFILE, where no keys are exported', { env: { AWS_PROFILE: 'old' }, key: 'AKIAOLDOLDOLDOLDOLDO' }],
    [
      'exported keys, where slsctl.yml names a profile',
      { env: exported, file: 'profile: old', key: 'AKIANEWNEWNEWNEWNEWN' },
    ],
    [
      'the profile of slsctl.yml, where nothing else is said',
      { env: {}, file: 'profile: old', key: 'AKIAOLDOLDOLDOLDOLDO' },
    ],
    [
      'the profile of the stage',
      {
        env: {},
        args: ['--stage', 'prod'],
        file: 'profile: old\nstages: { prod: { profile: other } }',
        key: 'AKIAOTHEROTHEROTHER1',
      },
    ],
  ])('signs with %s', async (_, { env, args = [], file = '', key }) => {
    const { endpoint, keys } = await signers();
    const cwd = await folderWith({
      config,
      'slsctl.yml': `project: prof\nregion: us-east-1\n${file}\nfunctions:\n  prof: { runtime: python3.12, handler: app.handler }\n`,
      'app.py': 'def handler(event, context):\n    return 1\n',
    });
    const ran = await slsctl([...command.split(' '), ...args], {
      cwd,
      env: { AWS_CONFIG_FILE: 'config', AWS_ENDPOINT_URL: endpoint, ...env },
    });
    expect(keys()).toEqual([key]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).not.toMatch(/Multiple credential sources|sdk/i);
    expect(ran.stderr).not.toContain('warning:');
    expect(ran.stderr.match(/^error:/gm)).toHaveLength(1);
  });
});

it('--explain names the profile that slsctl.yml chooses, so that the commands go to the same account', async () => {
  const { endpoint } = await signers();
  const cwd = await folderWith({ config });
  const run = async (env: NodeJS.ProcessEnv, file = 'profile: old') => {
    const { writeFile } = await import('node:fs/promises');
    await writeFile(
      `${cwd}/slsctl.yml`,
      `project: prof\n${file}\nfunctions:\n  prof: { runtime: python3.12, handler: app.handler }\n`,
    );
    const ran = await slsctl(['status', '--explain'], {
      cwd,
      env: { AWS_CONFIG_FILE: 'config', AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: endpoint, ...env },
    });
    return ran.stderr.split('\n').filter((line) => line.startsWith('aws '));
  };
  const chosen = await run({});
  expect(chosen.length).toBeGreaterThan(3);
  expect(chosen.filter((line) => !line.includes('--profile old'))).toEqual([]);
  expect((await run(exported)).join('\n')).not.toContain('--profile');
  expect((await run({ AWS_PROFILE: 'old' }, '')).join('\n')).not.toContain('--profile');
});
