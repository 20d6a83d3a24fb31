// Claims as events have them: every value is a text.
import type { JWTPayload } from 'jose';

/** `{ exp: '1700000000', 'cognito:groups': '[admins users]' }` */
export function claimTexts(claims: JWTPayload): Record<string, string> {
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, textOf(value)]));
}

/** Lists and objects in the form that Go prints: `[a b]`, `map[a:1 b:2]`. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(' ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `map[${members.map(([name, member]) => `${name}:${textOf(member)}`).join(' ')}]`;
  }
  return value === null ? '<nil>' : String(value);
}
