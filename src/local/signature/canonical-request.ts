// The canonical form of a request: the text that Signature Version 4 signs.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
import type { WireRequest } from '../protocols/protocol.ts';
import { hmac, type KeyScope, scopeText, sha256, signingKey } from './signing-key.ts';

export interface ToSign {
  readonly request: Pick<WireRequest, 'method' | 'path' | 'headers'>;
  /** The query without the signature itself. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** In lower case and sorted. */
  readonly signedHeaders: readonly string[];
  /** SHA-256 of the body in hex digits, or its substitute: `UNSIGNED-PAYLOAD`. */
  readonly payload: string;
  /** `20250131T235959Z` */
  readonly stamp: string;
  readonly scope: KeyScope;
}

/** The signature in hex digits. */
export function signatureOf(
  { request, query, signedHeaders, payload, stamp, scope }: ToSign,
  secretAccessKey: string,
): string {
  const { method, path, headers } = request;
  const canonical = [
    method,
    scope.service === 's3' ? path : canonicalPath(path),
    query.length > 0 ? canonicalQuery(query) : '',
    ...signedHeaders.map((name) => `${name}:${canonicalValue(headers[name] ?? '')}`),
    '',
    signedHeaders.join(';'),
    payload,
  ].join('\n');
  const text = `AWS4-HMAC-SHA256\n${stamp}\n${scopeText(scope)}\n${sha256(canonical)}`;
  return hmac(signingKey(secretAccessKey, scope), text).toString('hex');
}

/** A path without dot segments or empty segments, and without characters to escape. */
const plainPath = /^(?:\/[\w~-][\w.~-]*)*\/?$/;

/** The path normalized and escaped once more; for S3 the path as it is. */
function canonicalPath(path: string): string {
  if (plainPath.test(path)) return path;
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const end = segments.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${segments.map(escaped).join('/')}${end}`;
}

function canonicalQuery(query: ToSign['query']): string {
  return query
    .map(([name, value]) => [escaped(name), escaped(value)])
    .sort(([a, b], [c, d]) => order(a, c) || order(b, d))
    .map((pair) => pair.join('='))
    .join('&');
}

function order(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function canonicalValue(value: string): string {
  return / {2}|\t|^ | $/.test(value) ? value.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '') : value;
}

function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
