// IAM's unique ids: a prefix for the kind, then base-32 characters.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
import { createHash, randomBytes } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Five bits of each byte. */
const base32 = (bytes: Uint8Array): string => [...bytes].map((byte) => alphabet[byte & 31]).join('');

/** `AROA` and 17 characters for a role, `AIDA` for a user, `AGPA` for a group, `ANPA` for a policy. */
export function uniqueId(prefix: 'AROA' | 'AIDA' | 'AGPA' | 'ANPA'): string {
  return prefix + base32(randomBytes(17));
}

/** The same id for the same seed, for policies that were never created: AWS's own. */
export function lastingId(prefix: 'ANPA', seed: string): string {
  return prefix + base32(createHash('sha256').update(seed).digest().subarray(0, 17));
}

// An access key's id encodes the account: 80 bits in base 32. The first bit is set, the next 40 are the account.
const accountShift = 39n;
const accountMask = (1n << 40n) - 1n;

/** `AKIA` and 16 characters for the key of a user, `ASIA` for temporary ones. */
export function accessKeyId(prefix: 'AKIA' | 'ASIA', account: string): string {
  const noise = randomBytes(5).readUIntBE(0, 5) % 2 ** 39;
  let bits = (1n << 79n) | (BigInt(account) << accountShift) | BigInt(noise);
  let text = '';
  for (let count = 0; count < 16; count++, bits >>= 5n) text = alphabet[Number(bits & 31n)] + text;
  return prefix + text;
}

/** The account in an access key's id; undefined when the id has another form. */
export function accountOfKey(keyId: string): string | undefined {
  if (!/^[A-Z]{4}[A-Z2-7]{16}$/.test(keyId)) return undefined;
  let bits = 0n;
  for (const character of keyId.slice(4)) bits = (bits << 5n) | BigInt(alphabet.indexOf(character));
  return String((bits >> accountShift) & accountMask).padStart(12, '0');
}
