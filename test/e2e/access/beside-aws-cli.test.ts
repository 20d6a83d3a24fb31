// Twelve credential set-ups, beside version 2 of the aws CLI: the same key signs on both, or both name the same failure.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { slsctl } from '../../support/in-process.ts';
import { folderWith } from '../../support/project.ts';
import { signers } from '../../support/signers.ts';

/** The first of these that is version 2; undefined: there is none. */
const cli = await findCli();

async function findCli(): Promise<string | undefined> {
  for (const program of ['aws', '/usr/bin/aws', '/usr/local/bin/aws']) {
    const { output } = await run(program, ['--version'], process.env);
    if (/aws-cli\/2\./.test(output)) return program;
  }
  return undefined;
}

function run(
  program: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  cwd?: string,
): Promise<{ output: string }> {
  return new Promise((resolve) => {
    execFile(program, args, { env, cwd }, (error, stdout, stderr) =>
      resolve({ output: stdout + stderr + (error && !stderr ? error.message : '') }),
    );
  });
}

const exported = { AWS_ACCESS_KEY_ID: 'AKIAEXPORTEDEXPORTED', AWS_SECRET_ACCESS_KEY: 'x' };
const role = 'role_arn = arn:aws:iam::111111111111:role/deployer';
const config = `
[default]
aws_access_key_id = AKIADEFAULTDEFAULT12
aws_secret_access_key = d
[profile team]
aws_access_key_id = AKIATEAMTEAMTEAM1234
aws_secret_access_key = t
[profile half]
aws_access_key_id = AKIAHALFHALFHALF1234
[profile gives]
credential_process = "${process.execPath}" give.mjs
[profile fails]
credential_process = "${process.execPath}" fail.mjs
[profile late]
credential_process = "${process.execPath}" late.mjs
[profile gone]
${role}
source_profile = nowhere
[profile round]
${role}
source_profile = about
[profile about]
${role}
source_profile = round
[profile sso]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
sso_account_id = 111111111111
sso_role_name = Deployer
`;
const give = (more: object) =>
  `console.log(${JSON.stringify(JSON.stringify({ Version: 1, AccessKeyId: 'AKIAPROCESSPROCESS12', SecretAccessKey: 'p', ...more }))});\n`;

interface Setup {
  env?: NodeJS.ProcessEnv;
  profile?: string;
  /** The key that signs on both. */
  key?: string;
  /** What each says of the failure. */
  failure?: [cli: RegExp, slsctl: RegExp];
}

const setups: [what: string, setup: Setup][] = [
  [
    'exported keys over AWS_PROFILE',
    { env: { ...exported, AWS_PROFILE: 'team' }, key: 'AKIAEXPORTEDEXPORTED' },
  ],
  ['--profile over exported keys', { env: exported, profile: 'team', key: 'AKIATEAMTEAMTEAM1234' }],
  ['AWS_PROFILE over the default profile', { env: { AWS_PROFILE: 'team' }, key: 'AKIATEAMTEAMTEAM1234' }],
  ['the default profile', { key: 'AKIADEFAULTDEFAULT12' }],
  ['a credential process', { profile: 'gives', key: 'AKIAPROCESSPROCESS12' }],
  [
    'a profile that does not exist',
    { profile: 'absent', failure: [/absent\) could not be found/, /no AWS profile "absent"/] },
  ],
  [
    'AWS_PROFILE that does not exist, with exported keys',
    {
      env: { ...exported, AWS_PROFILE: 'absent' },
      failure: [/absent\) could not be found/, /no AWS profile "absent"/],
    },
  ],
  [
    'a key without its secret',
    { profile: 'half', failure: [/missing: aws_secret_access_key/, /no aws_secret_access_key/] },
  ],
  [
    'a credential process that fails',
    { profile: 'fails', failure: [/custom-process: sign in first/, /exit 3\ncause: sign in first/] },
  ],
  [
    'a credential process with expired credentials',
    { profile: 'late', failure: [/still expired/, /have expired/] },
  ],
  [
    'a source that does not exist',
    { profile: 'gone', failure: [/"nowhere" .*does not exist/, /"nowhere" .*does not exist/] },
  ],
  ['sources in a circle', { profile: 'round', failure: [/Infinite loop/, /circle: round → about → round/] }],
  [
    'an SSO session that nobody began',
    { profile: 'sso', failure: [/SSO Token|aws sso login/, /aws sso login --profile sso/] },
  ],
];

describe.skipIf(!cli)(
  cli ? 'the same credentials' : 'SKIPPED: there is no version 2 of the aws CLI here',
  () => {
    it.each(setups)('%s', async (_, { env = {}, profile, key, failure }) => {
      const cwd = await folderWith({
        config,
        'give.mjs': give({}),
        'late.mjs': give({ SessionToken: 't', Expiration: '2020-01-01T00:00:00Z' }),
      });
      await writeFile(join(cwd, 'fail.mjs'), 'console.error("sign in first"); process.exit(3);\n');
      const { endpoint, keys } = await signers();
      const clean = {
        ...{
          HOME: cwd,
          USERPROFILE: cwd,
          AWS_CONFIG_FILE: join(cwd, 'config'),
          AWS_SHARED_CREDENTIALS_FILE: join(cwd, 'none'),
        },
        ...{ AWS_REGION: 'us-east-1', AWS_EC2_METADATA_DISABLED: 'true', AWS_MAX_ATTEMPTS: '1' },
        ...env,
      };
      const named = profile ? ['--profile', profile] : [];
      const { PATH, SystemRoot } = process.env;
      const theirs = await run(
        cli ?? '',
        ['lambda', 'list-functions', '--endpoint-url', endpoint, ...named],
        { PATH, SystemRoot, ...clean },
        cwd,
      );
      const theirKeys = keys();
      const ours = await slsctl(['list', '--endpoint-url', endpoint, ...named], { cwd, env: clean });
      const ourKeys = keys();
      expect([theirKeys, ourKeys], theirs.output + ours.stderr).toEqual(key ? [[key], [key]] : [[], []]);
      if (!failure) return;
      expect(theirs.output).toMatch(failure[0]);
      expect(ours.stderr).toMatch(failure[1]);
      expect(ours.code).toBe(3);
    });
  },
);
