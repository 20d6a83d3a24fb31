// Checksums that requests declare in a header or a trailer: the algorithms, and the check.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
import { createHash } from 'node:crypto';
import { Crc32, Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc';
import type { WireRequest } from '../../protocols/protocol.ts';
import { ServiceError } from '../../service-error.ts';
import { hashMismatch, type Payload } from '../../signature/payload.ts';
import { badDigest, invalidRequest, notImplemented } from './errors.ts';

const algorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256', 'SHA512', 'MD5'] as const;
export type Algorithm = (typeof algorithms)[number];

export interface Checksum {
  algorithm: Algorithm;
  /** Base64; for an object of several parts followed by `-` and their number. */
  value: string;
  type: 'FULL_OBJECT' | 'COMPOSITE';
}

/** Receives bytes and returns their checksum once, in base64. */
export interface Digest {
  update(part: Uint8Array): void;
  value(): Promise<string>;
}

export function digestOf(algorithm: Algorithm): Digest {
  const crc = { CRC32: Crc32, CRC32C: Crc32c, CRC64NVME: Crc64Nvme }[algorithm as string];
  if (crc) {
    const sum = new crc();
    return {
      update: (part) => sum.update(part),
      value: async () => Buffer.from(await sum.digest()).toString('base64'),
    };
  }
  const hash = createHash(algorithm.toLowerCase());
  return { update: (part) => void hash.update(part), value: async () => hash.digest('base64') };
}

type Headers = Readonly<Record<string, unknown>>;

/** The algorithm with this name. @throws ServiceError for an unknown name */
export function algorithmOf(name: string | undefined): Algorithm | undefined {
  if (name === undefined) return undefined;
  const known = algorithms.find((one) => one === name.toUpperCase());
  if (known) return known;
  if (/^XXHASH(64|3|128)$/i.test(name)) throw notImplemented(`The checksum ${name}`);
  throw invalidRequest(
    'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
  );
}

/** The check of a body. `input` is the request's, with its checksum headers as members. */
export class Integrity {
  readonly digests: Digest[] = [];
  private readonly algorithm: Algorithm | undefined;
  private readonly digest: Digest | undefined;
  private readonly declared: string | undefined;
  private readonly payload: Payload;
  private readonly md5: string | undefined;

  /** `wanted` is computed even when the request declares no checksum. */
  constructor(input: Headers, payload: Payload, wanted?: Algorithm) {
    this.payload = payload;
    const given = algorithms.filter((one) => input[`Checksum${one}`] !== undefined);
    if (given.length > 1) {
      throw invalidRequest(
        'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
      );
    }
    const [declared] = given;
    const [, trailing] = /\bx-amz-checksum-(\w+)/i.exec(payload.announced ?? '') ?? [];
    this.algorithm = declared ?? algorithmOf(trailing) ?? wanted;
    this.declared = declared && String(input[`Checksum${declared}`]);
    if (this.algorithm) {
      this.digest = digestOf(this.algorithm);
      this.digests.push(this.digest);
    }
    this.md5 = input.ContentMD5 as string | undefined;
    if (this.md5 !== undefined && Buffer.from(this.md5, 'base64').length !== 16) throw invalidDigest();
  }

  /** @throws ServiceError BadDigest. Call it after the body has been read. `md5` is hexadecimal. */
  async check(md5: string): Promise<Checksum | undefined> {
    if (this.md5 !== undefined) checkMd5(this.md5, md5);
    if (!this.algorithm || !this.digest) return undefined;
    const value = await this.digest.value();
    const declared = this.declared ?? this.payload.trailers[`x-amz-checksum-${this.algorithm.toLowerCase()}`];
    if (declared !== undefined && declared !== value) throw wrong(this.algorithm);
    return { algorithm: this.algorithm, value, type: 'FULL_OBJECT' };
  }
}

function checkMd5(declared: string, computed: string): void {
  const wanted = Buffer.from(declared, 'base64').toString('hex');
  if (wanted === computed) return;
  throw badDigest('The Content-MD5 you specified did not match what we received.', {
    ExpectedDigest: wanted,
    CalculatedDigest: Buffer.from(computed, 'hex').toString('base64'),
  });
}

const invalidDigest = () => new ServiceError('InvalidDigest', 'The Content-MD5 you specified was invalid.');

const wrong = (algorithm: Algorithm) =>
  badDigest(`The ${algorithm} you specified did not match the calculated checksum.`);

/** Checks a body that was read whole against the hash, MD5 and checksum in its headers. */
export async function checkBody({ headers, body, query }: WireRequest): Promise<void> {
  if (body.length === 0) return;
  const hash = headers['x-amz-content-sha256'] ?? '';
  if (/^[0-9a-f]{64}$/.test(hash)) {
    const computed = createHash('sha256').update(body).digest('hex');
    if (computed !== hash) throw hashMismatch(hash, computed);
  }
  const md5 = headers['content-md5'];
  if (md5 !== undefined) {
    if (Buffer.from(md5, 'base64').length !== 16) throw invalidDigest();
    checkMd5(md5, createHash('md5').update(body).digest('hex'));
  }
  // With an upload id, the checksum headers are those of the object that the parts form.
  if (/(^|&)uploadId=/.test(query)) return;
  for (const algorithm of algorithms) {
    const declared = headers[`x-amz-checksum-${algorithm.toLowerCase()}`];
    if (declared === undefined) continue;
    const digest = digestOf(algorithm);
    digest.update(body);
    if ((await digest.value()) !== declared) throw wrong(algorithm);
  }
}
