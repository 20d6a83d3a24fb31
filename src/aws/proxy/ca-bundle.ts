// The certificates that are trusted: AWS_CA_BUNDLE, `ca_bundle` of the profile, or REQUESTS_CA_BUNDLE, as in the `aws` CLI.
import { readFile } from 'node:fs/promises';
import { badInput } from '../../errors/user-error.ts';
import type { Settings } from '../settings.ts';
import { absolute } from '../shared-files.ts';

/** undefined: those of Node.js. Rejects with a UserError (exit 2) when the file cannot be used. */
export async function caBundle(settings: Settings): Promise<Buffer | undefined> {
  const { env, profile } = settings;
  const ofProfile = settings.section(profile).ca_bundle;
  const [from, path] = env.AWS_CA_BUNDLE
    ? ['AWS_CA_BUNDLE', env.AWS_CA_BUNDLE]
    : ofProfile
      ? [`ca_bundle of profile ${profile}`, ofProfile]
      : ['REQUESTS_CA_BUNDLE', env.REQUESTS_CA_BUNDLE];
  if (!path) return undefined;
  const file = absolute(settings, path);
  const next = `correct ${from}, or unset it`;
  const content = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    const problem = cause.code === 'ENOENT' ? `there is no file ${file}` : `${file} cannot be read`;
    const reason = cause.code === 'ENOENT' ? `${from} names it` : cause.message;
    throw badInput(`${problem}, which should hold the certificates that are trusted`, {
      reason,
      next,
      cause,
    });
  });
  if (
    content.includes('-----BEGIN CERTIFICATE-----') ||
    content.includes('-----BEGIN TRUSTED CERTIFICATE-----')
  ) {
    return content;
  }
  throw badInput(`${file} holds no certificate in PEM`, { reason: `${from} names it`, next });
}
