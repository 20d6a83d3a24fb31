// The code of a live function: downloaded, checked, and unpacked.
import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Aws } from '../../aws/aws.ts';
import type { Context } from '../../context.ts';
import { exitCodes, UserError } from '../../errors/user-error.ts';
import { unzip } from '../../packaging/zip/unzip.ts';
import type { Imported } from '../../resources/function/import.ts';

/** Below the folder of the project. */
export const codeFolder = 'src';

/** Milliseconds for at most 250 MB. */
const downloadLimit = 600_000;

/** The package, as it is live. Only AWS itself is asked for what lies on AWS. */
export async function download({ signal }: Context, aws: Aws, { name, code }: Imported): Promise<Uint8Array> {
  const { location, sha256 } = code as NonNullable<Imported['code']>;
  const failed = (reason: string, cause?: unknown) =>
    new UserError(`the code of function ${name} cannot be downloaded`, exitCodes.failed, { reason, cause });
  const { hostname } = URL.canParse(location) ? new URL(location) : { hostname: '' };
  if (aws.endpoint && /(^|\.)amazonaws\.com(\.cn)?$/.test(hostname)) {
    throw failed(`${aws.endpoint} says that it is on ${hostname}, which is not asked`);
  }
  const fetched = async () => {
    const answer = await fetch(location, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(downloadLimit)]),
    });
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : answer.status;
  };
  const content = await fetched().catch((cause: Error) => {
    signal.throwIfAborted();
    throw failed(cause.message, cause);
  });
  if (typeof content === 'number') throw failed(`HTTP ${content}`);
  if (sha256 && createHash('sha256').update(content).digest('base64') !== sha256) {
    throw failed('what came is not what AWS says the function has');
  }
  return content;
}

/** The files of the code, by path; undefined: it cannot be unpacked here, and is kept as a zip. */
export async function unpack(
  { ui }: Context,
  dir: string,
  name: string,
  zip: Uint8Array,
): Promise<string[] | undefined> {
  const folder = join(dir, codeFolder);
  try {
    await mkdir(folder, { recursive: true });
    return await unzip(zip, folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    ui.warn(`the code is kept as ${name}.zip: ${(error as Error).message}`);
    await writeFile(join(dir, `${name}.zip`), zip);
    return undefined;
  }
}
