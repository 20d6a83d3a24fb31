// Checks AWS Signature Version 4 of incoming requests.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html
import { createHash, createHmac, type Hash, type Hmac, timingSafeEqual } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { ServiceFault } from './fault.ts';
import type { WireRequest } from './protocols/protocol.ts';
import { readPairs } from './protocols/scalars.ts';

/** Who holds an access key. */
export interface Holder {
  readonly secretAccessKey: string;
  /** Temporary credentials bring it along. */
  readonly sessionToken?: string;
  /** Epoch milliseconds. */
  readonly expires?: number;
  readonly account: string;
  readonly arn: string;
  readonly userId: string;
}

/** What a signature is for. */
export interface SigningScope {
  readonly accessKeyId: string;
  /** `20250131` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** Of an address that carries its signature: seconds for which it is good. */
  readonly expires?: number;
}

/** Milliseconds by which the clocks may differ; S3 is more patient. */
const allowedSkew = 5 * 60_000;
const allowedSkewOfS3 = 15 * 60_000;

const authorization =
  /^AWS4-HMAC-SHA256 +Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request, *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})$/;

/** The scope that the Authorization header names; undefined: the request has none. */
export function scopeOf({ headers }: WireRequest): SigningScope | undefined {
  const found = authorization.exec(headers.authorization ?? '');
  if (!found) return undefined;
  const [, accessKeyId, date, region, service, signed, signature] = found as unknown as string[] & {
    length: 7;
  };
  return {
    accessKeyId: accessKeyId as string,
    date: date as string,
    region: region as string,
    service: service as string,
    signedHeaders: (signed as string).split(';'),
    signature: signature as string,
  };
}

/** @throws ServiceFault 403 when the signature is not this holder's, or not of now. */
export async function checkSignature(
  request: WireRequest,
  scope: SigningScope,
  holder: Holder,
  now = Date.now(),
): Promise<void> {
  const { headers } = request;
  const signingDate = readDate(headers['x-amz-date'] ?? '');
  if (!signingDate || !(headers['x-amz-date'] as string).startsWith(scope.date)) {
    throw refused('Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP');
  }
  const skew = signingDate.getTime() - now;
  const allowed = scope.service === 's3' ? allowedSkewOfS3 : allowedSkew;
  if (Math.abs(skew) > allowed) {
    throw refused(
      skew < 0
        ? `Signature expired: ${headers['x-amz-date']} is now earlier than ${stamp(now - allowed)}`
        : `Signature not yet current: ${headers['x-amz-date']} is still later than ${stamp(now + allowed)}`,
    );
  }
  if (!scope.signedHeaders.includes('host')) throw refused("'Host' must be a 'SignedHeader'");
  // S3 compares the body itself, which may be long, with what the header says of it.
  if (scope.service !== 's3') checkPayload(request);
  else if (!scope.signedHeaders.includes('x-amz-content-sha256')) {
    throw new ServiceFault(
      'InvalidRequest',
      'Missing required header for this request: x-amz-content-sha256',
    );
  }
  checkToken(headers['x-amz-security-token'], holder, now);
  const wanted = await sign(request, scope, holder, signingDate);
  if (!sameSignature(wanted, scope.signature)) throw mismatch();
}

export function checkToken(given: string | undefined, holder: Holder, now: number): void {
  if (holder.sessionToken !== given) throw invalidToken();
  if (holder.expires !== undefined && holder.expires <= now) {
    throw new ServiceFault(
      'ExpiredTokenException',
      'The security token included in the request is expired',
      403,
    );
  }
}

export function sameSignature(wanted: string, given: string): boolean {
  const [one, other] = [Buffer.from(wanted, 'hex'), Buffer.from(given, 'hex')];
  return one.length === other.length && timingSafeEqual(one, other);
}

export function mismatch(): ServiceFault {
  return refused(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret ' +
      'Access Key and signing method. Consult the service documentation for details.',
  );
}

export function invalidToken(): ServiceFault {
  return new ServiceFault(
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
    403,
  );
}

function refused(message: string): ServiceFault {
  return new ServiceFault('InvalidSignatureException', message, 403);
}

function checkPayload({ headers, body }: WireRequest): void {
  const said = headers['x-amz-content-sha256'];
  if (said === undefined || said === 'UNSIGNED-PAYLOAD') return;
  if (said !== createHash('sha256').update(body).digest('hex')) {
    throw refused('The provided x-amz-content-sha256 header does not match what was computed.');
  }
}

/** One signer for each holder that is known for longer than a request. */
const signers = new WeakMap<Holder, SignatureV4>();
const signersForS3 = new WeakMap<Holder, SignatureV4>();

/** S3 takes the path as it is; others escape what is escaped already. */
function signerOf(holder: Holder, forS3: boolean): SignatureV4 {
  const { secretAccessKey, sessionToken } = holder;
  const known = forS3 ? signersForS3 : signers;
  const signer =
    known.get(holder) ??
    new SignatureV4({
      service: '',
      region: '',
      credentials: { accessKeyId: 'checked', secretAccessKey, sessionToken },
      sha256: Sha256,
      applyChecksum: false,
      uriEscapePath: !forS3,
    });
  known.set(holder, signer);
  return signer;
}

async function sign(
  { method, path, query, headers, body }: WireRequest,
  { region, service, signedHeaders }: SigningScope,
  holder: Holder,
  signingDate: Date,
): Promise<string> {
  const signed = await signerOf(holder, service === 's3').sign(
    {
      method,
      protocol: 'http:',
      hostname: headers.host ?? '',
      path,
      query: bag(query),
      headers: Object.fromEntries(signedHeaders.map((name) => [name, headers[name] ?? ''])),
      body: headers['x-amz-content-sha256'] === 'UNSIGNED-PAYLOAD' ? undefined : body,
    },
    {
      signingDate,
      signingRegion: region,
      signingService: service,
      signableHeaders: new Set(signedHeaders),
    },
  );
  return /Signature=([0-9a-f]{64})$/.exec(signed.headers.authorization ?? '')?.[1] ?? '';
}

function bag(query: string): Record<string, string | string[]> {
  const result: Record<string, string | string[]> = {};
  for (const [name, value] of readPairs(query)) {
    const before = result[name];
    result[name] = before === undefined ? value : [before, value].flat();
  }
  return result;
}

/** `20250131T235959Z` */
export function readDate(text: string): Date | undefined {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!found) return undefined;
  const [, year, month, day, hour, minute, second] = found;
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function stamp(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
}

/** The hash that the signer wants, by Node's own. */
class Sha256 {
  private readonly hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash =
      secret === undefined
        ? createHash('sha256')
        : createHmac('sha256', secret as string | NodeJS.ArrayBufferView);
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.hash.update(data instanceof ArrayBuffer ? new Uint8Array(data) : (data as string));
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.hash.digest());
  }

  reset(): void {}
}
