// The root access key of the local AWS: created at the first start, kept in a file that only its owner can read.
import { randomBytes } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accessKeyId } from './services/iam/unique-id.ts';
import type { Holder } from './signature/signature.ts';
import { StartError } from './start-error.ts';

export interface RootCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  account: string;
}

const account = '000000000000';

/** Reads `credentials.json` in this folder, or creates it. */
export async function rootCredentials(folder: string): Promise<RootCredentials> {
  const file = join(folder, 'credentials.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    const created = {
      // The form of a user's access key, with a prefix that AWS never uses.
      accessKeyId: accessKeyId('AKIA', account).replace('AKIA', 'LKIA'),
      secretAccessKey: randomBytes(30).toString('base64'),
      account,
    };
    await writeFile(file, JSON.stringify(created), { mode: 0o600 });
    return created;
  }
  try {
    const { accessKeyId, secretAccessKey, account } = JSON.parse(text);
    if (!accessKeyId || !secretAccessKey || !account) throw new Error('fields are missing');
    await chmod(file, 0o600);
    return { accessKeyId, secretAccessKey, account };
  } catch (cause) {
    throw new StartError(`${file} cannot be read (${(cause as Error).message})`, {
      next: 'delete it; the next start creates a new key',
    });
  }
}

/** The account's root user, as STS and the signature check know it. */
export function rootHolder({ secretAccessKey, account }: RootCredentials): Holder {
  return { secretAccessKey, account, arn: `arn:aws:iam::${account}:root`, userId: account };
}
