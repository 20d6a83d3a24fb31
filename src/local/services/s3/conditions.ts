// Conditional requests and ranges (RFC 9110, sections 13 and 14), as S3 interprets them.
import { ServiceError } from '../../service-error.ts';
import { noSuchKey, notImplemented, notModified, preconditionFailed } from './errors.ts';
import type { ObjectVersion } from './state.ts';

interface ReadConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
}

/** @throws ServiceError PreconditionFailed, or NotModified (304); a `copy` never answers 304 */
export function checkRead(conditions: ReadConditions, version: ObjectVersion, copy = false): void {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  const prefix = copy ? 'x-amz-copy-source-' : '';
  // HTTP dates have no milliseconds.
  const modified = Math.floor(version.modified / 1000) * 1000;
  if (IfMatch !== undefined) {
    if (!names(IfMatch, version)) throw preconditionFailed(`${prefix}If-Match`);
  } else if (IfUnmodifiedSince && modified > IfUnmodifiedSince.getTime()) {
    throw preconditionFailed(`${prefix}If-Unmodified-Since`);
  }
  if (IfNoneMatch !== undefined) {
    if (names(IfNoneMatch, version))
      throw copy ? preconditionFailed(`${prefix}If-None-Match`) : notModified();
  } else if (IfModifiedSince && modified <= IfModifiedSince.getTime()) {
    throw copy ? preconditionFailed(`${prefix}If-Modified-Since`) : notModified();
  }
}

/** Checks whether an object may be overwritten. @throws ServiceError PreconditionFailed */
export function checkWrite(
  { IfMatch, IfNoneMatch }: Pick<ReadConditions, 'IfMatch' | 'IfNoneMatch'>,
  key: string,
  there: ObjectVersion | undefined,
): void {
  if (IfNoneMatch !== undefined) {
    if (IfNoneMatch.trim() !== '*') throw notImplemented('If-None-Match of a write with anything but *');
    if (there) throw preconditionFailed('If-None-Match');
  }
  if (IfMatch !== undefined) {
    if (!there) throw noSuchKey(key);
    if (!names(IfMatch, there)) throw preconditionFailed('If-Match');
  }
}

function names(header: string, { etag }: ObjectVersion): boolean {
  return header
    .split(',')
    .map((one) =>
      one
        .trim()
        .replace(/^W\//, '')
        .replace(/^"(.*)"$/, '$1'),
    )
    .some((one) => one === '*' || one === etag);
}

/** From `start` up to, but not including, `end`; undefined means the whole object. @throws ServiceError InvalidRange */
export function rangeOf(
  header: string | undefined,
  size: number,
): { start: number; end: number } | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (start < size && (first !== '' || Number(last) > 0)) return { start, end };
  throw new ServiceError('InvalidRange', 'The requested range is not satisfiable', 416, {
    RangeRequested: header ?? '',
    ActualObjectSize: String(size),
  });
}
