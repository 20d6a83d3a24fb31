// Downloads, checks and unpacks the code of a live function.
import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Aws } from '../../aws/aws.ts';
import type { Context } from '../../context.ts';
import { exitCodes, UserError } from '../../errors/user-error.ts';
import { unzip } from '../../packaging/zip/unzip.ts';
import type { Imported } from '../../resources/function/import.ts';

/** The folder for imported code, inside the project. */
export const codeFolder = 'src';

/** Time limit in milliseconds; the code has at most 250 MB. */
const downloadLimit = 600_000;

/** The live package. If another endpoint gives an address on AWS, the download is refused. */
export async function download({ signal }: Context, aws: Aws, { name, code }: Imported): Promise<Uint8Array> {
  const { location, sha256 } = code as NonNullable<Imported['code']>;
  const failed = (reason: string, cause?: unknown) =>
    new UserError(`the code of function ${name} cannot be downloaded`, exitCodes.failed, { reason, cause });
  const { hostname } = URL.canParse(location) ? new URL(location) : { hostname: '' };
  if (aws.endpoint && /(^|\.)amazonaws\.com(\.cn)?$/.test(hostname)) {
    throw failed(`${aws.endpoint} says that the code is on ${hostname}, which belongs to AWS`);
  }
  const limited = AbortSignal.any([signal, AbortSignal.timeout(downloadLimit)]);
  const content = await aws.download(location, limited).catch((cause: Error) => {
    signal.throwIfAborted();
    if (cause instanceof UserError) throw cause;
    throw failed(cause.message, cause);
  });
  if (typeof content === 'number') throw failed(`HTTP ${content}`);
  if (sha256 && createHash('sha256').update(content).digest('base64') !== sha256) {
    throw failed('the downloaded code does not match the CodeSha256 of the function');
  }
  return content;
}

/** Paths of the unpacked files; undefined: the code could not be unpacked and is kept as a zip. */
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
