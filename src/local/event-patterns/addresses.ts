// IP addresses and CIDR blocks. Texts and leniencies are those of event-ruler and of Java's InetAddress.
import { isIPv6 } from 'node:net';
import { PatternError } from './pattern-error.ts';

/** 4 or 16 bytes. */
type Address = readonly number[];

export interface AddressBlock {
  readonly bytes: Address;
  readonly bits: number;
}

const v4 = /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/;
const v6 = /^[0-9a-fA-F:]*:[0-9a-fA-F:]*$/;

/** The bytes of an address literal; undefined when the text is not one. An IPv4-mapped IPv6 address has 4 bytes. */
export function addressOf(text: string): Address | undefined {
  if (v4.test(text)) {
    const bytes = text.split('.').map(Number);
    return bytes.every((byte) => byte < 256) ? bytes : undefined;
  }
  if (!v6.test(text) || !isIPv6(text)) return undefined;
  const [before = '', after] = text.split('::');
  const head = groups(before);
  const tail = groups(after ?? '');
  const all = [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
  const bytes = all.flatMap((group) => [group >> 8, group & 255]);
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return mapped ? bytes.slice(12) : bytes;
}

const groups = (text: string): number[] =>
  text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));

/** @throws PatternError with the reason, which has no place in the text */
export function blockOf(text: string): AddressBlock {
  const parts = text.split('/');
  while (parts.at(-1) === '') parts.pop();
  const [literal = '', mask = ''] = parts;
  if (parts.length !== 2) throw new PatternError("Malformed CIDR, one '/' required");
  if (!/^[+-]?\d+$/.test(mask) || Math.abs(Number(mask)) > 2 ** 31 - 1) {
    throw new PatternError('Malformed CIDR, mask bits must be an integer');
  }
  const bits = Number(mask);
  if (bits < 0) throw new PatternError('Malformed CIDR, mask bits must not be negative');
  const bytes = addressOf(literal);
  if (!bytes) {
    const kind = v4.test(literal) || v6.test(literal) ? 'Invalid' : 'Nonstandard';
    throw new PatternError(`${kind} IP address: ${literal}`);
  }
  if (bytes.length === 4 && bits > 31) throw new PatternError('IPv4 mask bits must be < 32');
  if (bits > 127) throw new PatternError('IPv6 mask bits must be < 128');
  return { bytes, bits };
}

export function inBlock(text: string, { bytes, bits }: AddressBlock): boolean {
  const address = addressOf(text);
  return (
    address?.length === bytes.length &&
    address.every((byte, index) => {
      const free = Math.min(8, Math.max(0, 8 * (index + 1) - bits));
      return byte >> free === (bytes[index] as number) >> free;
    })
  );
}
