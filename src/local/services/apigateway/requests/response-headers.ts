// Headers on their way to the client.
import type { HeaderLine, WireAnswer } from '../../../protocols/protocol.ts';

/** Headers that API Gateway decides about: those of integrations get other names. */
const remapped = new Set([
  'authorization',
  'connection',
  'content-length',
  'content-md5',
  'date',
  'expect',
  'host',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'trailer',
  'upgrade',
  'user-agent',
  'www-authenticate',
  'x-amzn-requestid',
]);
const dropped = new Set(['transfer-encoding', 'keep-alive']);

/** The headers of an integration's answer, under the names that clients see. */
export const remappedFields = (fields: readonly HeaderLine[]): HeaderLine[] =>
  fields
    .filter(([name]) => !dropped.has(name.toLowerCase()))
    .map(([name, value]) => [remapped.has(name.toLowerCase()) ? `x-amzn-Remapped-${name}` : name, value]);

/** The header fields in the form of an answer: names that occur several times are beside the others. */
export function wireHeaders(fields: readonly HeaderLine[]): Pick<WireAnswer, 'headers' | 'repeated'> {
  const counts = new Map<string, number>();
  for (const [name] of fields) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1);
  const isSingle = ([name]: HeaderLine) => counts.get(name.toLowerCase()) === 1;
  const repeated = fields.filter((field) => !isSingle(field));
  return { headers: Object.fromEntries(fields.filter(isSingle)), repeated };
}
