// MFA is asked for at a terminal; everything that fails in a profile is one error that names its own cause.
import { describe, expect, it } from 'vitest';
import { endpoint, session } from '../../aws/credentials/provider-in.ts';
import { slsctl, startOnTerminal } from '../../support/in-process.ts';
import { folderWith } from '../../support/project.ts';

const config = `
[profile base]
aws_access_key_id = AKIAXXXXXXXXXXXXXXXX
aws_secret_access_key = abcdefgh
[profile mfa]
role_arn = arn:aws:iam::111111111111:role/deployer
source_profile = base
mfa_serial = arn:aws:iam::222222222222:mfa/someone
region = us-east-1
[profile process-fails]
credential_process = "${process.execPath}" -e "process.exit(1)"
region = us-east-1
[profile process-expired]
credential_process = "${process.execPath}" -p "JSON.stringify({Version:1,AccessKeyId:'AKIAXXXXXXXXXXXXXXXX',SecretAccessKey:'x',SessionToken:'t',Expiration:'2020-01-01T00:00:00Z'})"
region = us-east-1
[profile source-gone]
role_arn = arn:aws:iam::111111111111:role/deployer
source_profile = nowhere
region = us-east-1
[profile sso]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
sso_account_id = 111111111111
sso_role_name = Deployer
region = us-east-1
[profile bare]
region = us-east-1
`;
const files = {
  config,
  'slsctl.yml': 'project: mfa\nfunctions:\n  mfa: { runtime: nodejs22.x, handler: index.handler }\n',
  'index.js': 'exports.handler = async () => "v1";\n',
};
const refused = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };

describe.each(['plan', 'status', 'list', 'deploy', 'destroy --yes', 'invoke', 'logs', 'env list'])(
  'slsctl %s',
  (command) => {
    it.each<[profile: string, message: string, next: string]>([
      [
        'mfa',
        'profile mfa needs a code of the MFA device arn:aws:iam::222222222222:mfa/someone',
        'eval "$(aws configure export-credentials --profile mfa --format env)"',
      ],
      ['process-fails', 'the credential_process of profile process-fails failed: exit 1', 'correct'],
      [
        'process-expired',
        'the credential_process of profile process-expired gave credentials that have expired',
        'sign in',
      ],
      [
        'source-gone',
        'source_profile "nowhere" of profile source-gone does not exist',
        'aws configure --profile nowhere',
      ],
      ['sso', 'nobody has signed in for profile sso with SSO', 'aws sso login --profile sso'],
      ['bare', 'no AWS credentials were found', 'aws configure'],
      ['absent', 'there is no AWS profile "absent"', '--profile'],
    ])('with profile %s is one error, with its own cause', async (profile, message, next) => {
      const cwd = await folderWith(files);
      const env = { AWS_CONFIG_FILE: 'config', AWS_EC2_METADATA_DISABLED: 'true', ...refused };
      const { code, stdout, stderr } = await slsctl([...command.split(' '), '--profile', profile], {
        cwd,
        env,
      });
      expect(code, stderr).toBe(3);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^error: /);
      expect(stderr.split('\n')[0]).toBe(`error: ${message}`);
      expect(stderr).toContain(next);
      expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(3);
    });
  },
);

it.each(['plan', 'status', 'list', 'deploy --yes', 'destroy --yes'])(
  'slsctl %s at an endpoint where nothing listens is one error',
  async (command) => {
    const cwd = await folderWith(files);
    const env = {
      AWS_ACCESS_KEY_ID: 'AKIA',
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_REGION: 'us-east-1',
      ...refused,
    };
    const { code, stderr } = await slsctl(command.split(' '), { cwd, env });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: nothing answers at 127\.0\.0\.1:1 \(connection refused\)\n/);
    expect(stderr.trim().split('\n')).toHaveLength(2);
  },
);

it('at a terminal, the code is asked for once, and the next command does not ask', async () => {
  const { url, asked } = await endpoint((one) =>
    one.form.Action === 'AssumeRole' ? session('ASIASESSION')(one) : { status: 403, body: '' },
  );
  const cwd = await folderWith(files);
  const env = { HOME: cwd, AWS_CONFIG_FILE: 'config', AWS_ENDPOINT_URL: url };
  const terminal = await startOnTerminal(['plan', '--profile', 'mfa'], { cwd, env });
  await terminal.saw('MFA code of arn:aws:iam::222222222222:mfa/someone for profile mfa:');
  terminal.type('123456\r');
  await terminal.done;
  const assumed = asked.filter(({ form }) => form.Action === 'AssumeRole');
  expect(assumed).toMatchObject([{ key: 'AKIAXXXXXXXXXXXXXXXX', form: { TokenCode: '123456' } }]);
  const others = () =>
    new Set(asked.filter(({ form }) => form.Action !== 'AssumeRole').map(({ key }) => key));
  expect(others()).toEqual(new Set(['ASIASESSION']));
  expect(terminal.text.match(/MFA code/g)).toHaveLength(1);
  await slsctl(['status', '--profile', 'mfa'], { cwd, env });
  expect(asked.filter(({ form }) => form.Action === 'AssumeRole')).toHaveLength(1);
});

it('at a terminal, a code that is wrong is one error', async () => {
  const cwd = await folderWith(files);
  const env = { HOME: cwd, AWS_CONFIG_FILE: 'config', ...refused };
  const terminal = await startOnTerminal(['plan', '--profile', 'mfa'], { cwd, env });
  await terminal.saw('MFA code of');
  terminal.type('12\r');
  expect(await terminal.done).toBe(2);
  expect(terminal.text).toContain('error: the MFA code "12" is not one; allowed: 6 digits');
  expect(terminal.text).not.toContain('warning');
});
