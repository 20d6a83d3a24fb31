// The body of a signed request as a stream: unpacked from its chunks and checked against the signature.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
import { createHash } from 'node:crypto';
import type { WireRequest } from '../protocols/protocol.ts';
import { ServiceError } from '../service-error.ts';
import { type Holder, mismatch, type SigningScope, sameSignature } from './signature.ts';
import { hmac, scopeText, sha256, signingKey } from './signing-key.ts';

/** A body that can be read once. Reading rejects with a ServiceError when the body differs from the signed one. */
export interface Payload extends AsyncIterable<Uint8Array> {
  /** Length in bytes, as the request declares it. */
  readonly length: number | undefined;
  /** The names of the trailers, as the request announces them. */
  readonly announced: string | undefined;
  /** The trailers, by names in lower case. Complete once the body has been read. */
  readonly trailers: Record<string, string>;
}

const longestLine = 16 * 1024;
const largestChunk = 64 * 1024 * 1024;

export function payloadOf(
  source: AsyncIterable<Buffer>,
  request: Pick<WireRequest, 'headers'>,
  scope: SigningScope | undefined,
  holder: Holder,
): Payload {
  const { headers } = request;
  const declared = headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD';
  const trailers: Record<string, string> = {};
  const announced = headers['x-amz-trailer'];
  const payload = (bytes: AsyncIterable<Uint8Array>, length: number | undefined): Payload => ({
    length,
    announced,
    trailers,
    [Symbol.asyncIterator]: () => bytes[Symbol.asyncIterator](),
  });
  if (declared.startsWith('STREAMING-')) {
    const length = sizeIn(headers['x-amz-decoded-content-length']);
    const signer =
      scope && declared.startsWith('STREAMING-AWS4-HMAC-SHA256')
        ? chunkSigner(request, scope, holder)
        : undefined;
    return payload(chunked(source, trailers, signer, length), length);
  }
  const length = sizeIn(headers['content-length']);
  return payload(/^[0-9a-f]{64}$/.test(declared) ? hashed(source, declared) : source, length);
}

function sizeIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

async function* hashed(source: AsyncIterable<Buffer>, wanted: string): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const part of source) {
    hash.update(part);
    yield part;
  }
  const computed = hash.digest('hex');
  if (computed !== wanted) throw hashMismatch(wanted, computed);
}

export function hashMismatch(wanted: string, computed: string): ServiceError {
  return new ServiceError(
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    400,
    { ClientComputedContentSHA256: wanted, S3ComputedContentSHA256: computed },
  );
}

/** Checks the signature of the next chunk, or of the trailers. */
type ChunkSigner = (kind: 'PAYLOAD' | 'TRAILER', content: Uint8Array | string, signature: string) => boolean;

function chunkSigner(
  { headers }: Pick<WireRequest, 'headers'>,
  scope: SigningScope,
  holder: Holder,
): ChunkSigner {
  const key = signingKey(holder.secretAccessKey, scope);
  const date = headers['x-amz-date'] ?? '';
  let previous = scope.signature;
  return (kind, content, signature) => {
    const hashes = kind === 'PAYLOAD' ? [sha256(''), sha256(content)] : [sha256(content)];
    const text = [`AWS4-HMAC-SHA256-${kind}`, date, scopeText(scope), previous, ...hashes].join('\n');
    previous = hmac(key, text).toString('hex');
    return sameSignature(previous, signature);
  };
}

const incomplete = () => new ServiceError('IncompleteBody', 'The request body terminated unexpectedly');

/** `size;chunk-signature=…`, then the bytes, and so on until a chunk of no bytes. Trailers may follow. */
async function* chunked(
  source: AsyncIterable<Buffer>,
  trailers: Record<string, string>,
  signer: ChunkSigner | undefined,
  length: number | undefined,
): AsyncGenerator<Buffer> {
  const reader = new Reader(source);
  let total = 0;
  for (;;) {
    const line = await reader.line();
    const [, digits = '', signature = ''] =
      /^([0-9a-f]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(line) ?? [];
    const size = Number.parseInt(digits, 16);
    if (digits === '' || size > largestChunk) throw incomplete();
    if (!signer) {
      for await (const part of reader.bytes(size)) yield part;
    } else {
      const content = await reader.whole(size);
      if (!signer('PAYLOAD', content, signature)) throw mismatch();
      if (size > 0) yield content;
    }
    total += size;
    if (size === 0) break;
    if ((await reader.line()) !== '') throw incomplete();
  }
  if (length !== undefined && total !== length) throw incomplete();
  await readTrailers(reader, trailers, signer);
}

async function readTrailers(
  reader: Reader,
  trailers: Record<string, string>,
  signer: ChunkSigner | undefined,
): Promise<void> {
  let canonical = '';
  let signature: string | undefined;
  for (let line = await reader.line(true); line !== ''; line = await reader.line(true)) {
    const at = line.indexOf(':');
    const name = line.slice(0, at).trim().toLowerCase();
    const value = line.slice(at + 1).trim();
    if (at < 1) throw incomplete();
    if (name === 'x-amz-trailer-signature') signature = value;
    else {
      canonical += `${name}:${value}\n`;
      trailers[name] = value;
    }
  }
  if (signer && canonical !== '' && !signer('TRAILER', canonical, signature ?? '')) throw mismatch();
}

/** Reads lines and counted bytes from a stream. */
class Reader {
  private readonly source: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.source = source[Symbol.asyncIterator]();
  }

  /** The text up to a line feed, without it. With `atEnd` the end of the stream ends a line too. */
  async line(atEnd = false): Promise<string> {
    for (;;) {
      const end = this.rest.indexOf(10);
      if (end >= 0) {
        const line = this.rest.toString('latin1', 0, end).replace(/\r$/, '');
        this.rest = this.rest.subarray(end + 1);
        return line;
      }
      if (this.rest.length > longestLine) throw incomplete();
      if (await this.more()) continue;
      if (!atEnd || this.rest.length > 0) throw incomplete();
      return '';
    }
  }

  async *bytes(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      if (this.rest.length === 0 && !(await this.more())) throw incomplete();
      const part = this.rest.subarray(0, left);
      this.rest = this.rest.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }

  async whole(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of this.bytes(count)) parts.push(part);
    return Buffer.concat(parts);
  }

  private async more(): Promise<boolean> {
    const { done, value } = await this.source.next();
    if (done) return false;
    this.rest = this.rest.length === 0 ? value : Buffer.concat([this.rest, value]);
    return true;
  }
}
