// Profiles that the tests of credentials share.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const role = 'arn:aws:iam::111111111111:role/deployer';
export const serial = 'arn:aws:iam::222222222222:mfa/someone';
export const base = '[profile base]\naws_access_key_id = AKIDOFBASE\naws_secret_access_key = b\n';
export const mfa = `${base}[profile mfa]\nrole_arn = ${role}\nsource_profile = base\nmfa_serial = ${serial}\n`;
export const sso = `
[profile sso]
sso_session = team
sso_account_id = 111111111111
sso_role_name = Deployer
[sso-session team]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
`;

/** Keeps a token as `aws sso login` does; resolves with its file. */
export async function keepToken(home: string, token: Record<string, string | undefined>): Promise<string> {
  const folder = join(home, '.aws', 'sso', 'cache');
  await mkdir(folder, { recursive: true });
  // SHA-1 of the session's name, `team`.
  const file = join(folder, 'd25187dc137f35c88bc80ec8c3ffbdb17b5eb873.json');
  const registration = {
    clientId: 'client',
    clientSecret: 's',
    registrationExpiresAt: '2099-01-01T00:00:00Z',
  };
  await writeFile(
    file,
    JSON.stringify({ accessToken: 'kept', refreshToken: 'old', ...registration, ...token }),
  );
  return file;
}
