// Timestamps, numbers and base64 as text, read strictly and written as AWS writes them.
import { ServiceError } from '../service-error.ts';
import type { TimestampFormat } from './shapes.ts';

export function unreadable(message: string): ServiceError {
  return new ServiceError('SerializationException', message);
}

const base64Text = /^[A-Za-z0-9+/]*={0,2}$/;

/** @throws ServiceError SerializationException when the text is not base64 (RFC 4648, section 4) */
export function readBase64(text: string): Uint8Array {
  const packed = text.replace(/[\r\n]/g, '');
  if (!base64Text.test(packed) || packed.length % 4 === 1) {
    throw unreadable('Illegal base64 encoding of a blob');
  }
  return Buffer.from(packed, 'base64');
}

export function readBoolean(text: string): boolean {
  const lower = text.toLowerCase();
  if (lower === 'true') return true;
  if (lower === 'false') return false;
  throw unreadable('STRING_VALUE can not be converted to a Boolean');
}

export function readNumber(text: string): number {
  if (!/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text)) {
    throw unreadable('STRING_VALUE can not be converted to an Integer');
  }
  return inRange(Number(text));
}

/** @throws ServiceError for numbers that do not fit into 64 bits */
export function inRange(value: number): number {
  if (Math.abs(value) < 2 ** 63) return value;
  throw unreadable('NUMBER_VALUE can not be converted to a Long');
}

/** Epoch seconds as a number or a numeric string, ISO 8601 or an HTTP date. */
export function readTimestamp(value: string | number): Date {
  const seconds =
    typeof value === 'number' ? value : /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
  const date = new Date(seconds === undefined ? value : seconds * 1000);
  if (Number.isNaN(date.getTime())) {
    throw unreadable(
      `${typeof value === 'number' ? 'NUMBER' : 'STRING'}_VALUE can not be converted to a Timestamp`,
    );
  }
  return date;
}

export function writeTimestamp(value: Date | number | string, format: TimestampFormat): string | number {
  const date = value instanceof Date ? value : new Date(value);
  if (format === 'epoch-seconds') return date.getTime() / 1000;
  if (format === 'http-date') return date.toUTCString();
  return date.getUTCMilliseconds() === 0 ? date.toISOString().replace('.000Z', 'Z') : date.toISOString();
}

/** Strict UTF-8. Invalid UTF-8 in a text member is the caller's error. */
export function readText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw unreadable('The request is not valid UTF-8');
  }
}

/** Percent-decoding that refuses malformed escapes. */
export function unescapeUri(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unreadable(`Malformed percent-encoding: '${text}'`);
  }
}

/** `a=1&b=2` into pairs, in order; a plus sign is a space. */
export function readPairs(text: string): [name: string, value: string][] {
  if (text === '') return [];
  return text
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=');
      const [name, value] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
      return [unescapeUri(name.replaceAll('+', ' ')), unescapeUri(value.replaceAll('+', ' '))];
    });
}
