// The cache of sessions that the `aws` CLI keeps in ~/.aws/cli/cache. slsctl reads and writes the same files, so that a
// code for MFA that was typed for one of them serves the other.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../replace-file.ts';
import type { Settings } from '../settings.ts';
import { awsFolder } from '../shared-files.ts';
import type { Credentials } from './provider.ts';

/** Milliseconds that a session must still last, or a new one is asked for. */
const shortest = 15 * 60_000;

export interface CacheKey {
  /** The parameters of the session, by which the CLI names the file. */
  readonly parameters: Readonly<Record<string, string | number | undefined>>;
  /** Written as the CLI writes them for sessions of IAM Identity Center: without blanks. */
  readonly compact?: boolean;
}

/** The session in the cache, or the one that `ask` resolves with, which is then written to it. */
export async function cachedSession(
  settings: Settings,
  key: CacheKey,
  ask: () => Promise<{ credentials: Credentials; rest?: object }>,
): Promise<Credentials> {
  const folder = join(awsFolder(settings), 'cli', 'cache');
  const file = join(folder, `${cacheName(key)}.json`);
  const known = await readSession(file);
  if (known) return known;
  const { credentials, rest } = await ask();
  // A cache that cannot be written costs a call, and nothing else.
  await writeSession(folder, file, credentials, rest).catch(() => {});
  return credentials;
}

async function readSession(file: string): Promise<Credentials | undefined> {
  try {
    const { Credentials: kept } = JSON.parse(await readFile(file, 'utf8'));
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = kept;
    const expiration = new Date(String(kept.Expiration).replace(/UTC$/, 'Z'));
    if (!accessKeyId || !secretAccessKey || !(expiration.getTime() - Date.now() > shortest)) return undefined;
    const accountId = kept.AccountId && { accountId: String(kept.AccountId) };
    return { accessKeyId, secretAccessKey, sessionToken, expiration, ...accountId };
  } catch {
    return undefined;
  }
}

async function writeSession(
  folder: string,
  file: string,
  { accessKeyId, secretAccessKey, sessionToken, expiration, accountId }: Credentials,
  rest: object = {},
): Promise<void> {
  if (!expiration) return;
  const content = {
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: expiration.toISOString().replace(/\.\d+Z$/, 'Z'),
      ...(accountId && { AccountId: accountId }),
    },
    ...rest,
  };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await replaceFile(file, (temporary) =>
    writeFile(temporary, JSON.stringify(content), { mode: 0o600, flag: 'wx' }),
  );
}

/** SHA-1 of the parameters in the JSON of Python. */
function cacheName({ parameters, compact }: CacheKey): string {
  const [comma, colon] = compact ? [',', ':'] : [', ', ': '];
  const members = Object.entries(parameters)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${pythonJson(name)}${colon}${pythonJson(value)}`);
  return createHash('sha1')
    .update(`{${members.join(comma)}}`)
    .digest('hex');
}

/** Python escapes what is not ASCII. */
function pythonJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
