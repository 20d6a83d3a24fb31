// The members of a message about its signature. Signatures of the local AWS cannot be verified: the key is not Amazon's.
import { createHash } from 'node:crypto';

/** Text in the form of a signature: 256 bytes in base64, the same for the same message. */
export function signatureOf(signed: Readonly<Record<string, string | undefined>>, version: string): string {
  const text = JSON.stringify(signed);
  const parts = Array.from({ length: 8 }, (_, index) =>
    createHash('sha256').update(`${version}/${index}/${text}`).digest(),
  );
  return Buffer.concat(parts).toString('base64');
}

export const certificateUrl = (region: string): string =>
  `https://sns.${region}.amazonaws.com/SimpleNotificationService-736c7363746c206c6f63616c20617773.pem`;
