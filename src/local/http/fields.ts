// Header fields as they were sent: names keep their case, and repeated ones their order.
import type { HeaderLine } from '../protocols/protocol.ts';

/** By names in lower case. The values of a repeated name are joined by commas, those of Cookie by semicolons. */
export function joinedFields(fields: readonly HeaderLine[]): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [sent, value] of fields) {
    const name = sent.toLowerCase();
    const before = joined[name];
    joined[name] = before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ','}${value}`;
  }
  return joined;
}

/** Names and values by turns, as Node.js has them. */
export function pairedFields(raw: readonly string[]): HeaderLine[] {
  const fields: HeaderLine[] = [];
  for (let at = 0; at < raw.length; at += 2) fields.push([raw[at] ?? '', raw[at + 1] ?? '']);
  return fields;
}
