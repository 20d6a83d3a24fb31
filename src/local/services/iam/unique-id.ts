// Unique identifiers as IAM gives them: a prefix that says the kind, then base-32 characters.
import { createHash, randomBytes } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const base32 = (bytes: Uint8Array): string => [...bytes].map((byte) => alphabet[byte & 31]).join('');

/**
 * `AROA` and 17 characters for a role, `ANPA` for a policy, `ASIA` and 16 for an access key.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
 */
export function uniqueId(prefix: 'AROA' | 'ANPA' | 'ASIA'): string {
  return prefix + base32(randomBytes(prefix === 'ASIA' ? 16 : 17));
}

/** The same id for the same seed, for what exists without being created. */
export function lastingId(prefix: 'ANPA', seed: string): string {
  return prefix + base32(createHash('sha256').update(seed).digest().subarray(0, 17));
}
