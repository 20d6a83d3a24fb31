// What the events of function URLs, HTTP APIs and REST APIs have in common: text or base64, query parameters, times.

/** The address of the caller: the local AWS listens on this machine only. */
export const sourceIp = '127.0.0.1';

/** Whether a body of this type is a text in events; all others are in base64. */
export function isText(contentType = ''): boolean {
  const [type = ''] = contentType.toLowerCase().split(';');
  return /^\s*(text\/.+|application\/(json|xml|javascript|.+\+json|.+\+xml))\s*$/.test(type);
}

/** The values of each name in a query, decoded, in their order. */
export function queryValues(query: string): Record<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(`?${query}`)) {
    const before = values.get(name);
    if (before) before.push(value);
    else values.set(name, [value]);
  }
  return Object.fromEntries(values);
}

/** `{ a: '1,2' }`: the values of a name that is repeated are joined. */
export function joinedValues(values: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.join(',')]));
}

/** `{ a: '2' }`: the last value of each name. */
export function lastValues(values: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1) ?? '']));
}

/** The host of a request without its port, and the port. */
export function hostOf(host = ''): { readonly name: string; readonly port: string } {
  return { name: host.replace(/:\d+$/, ''), port: /:(\d+)$/.exec(host)?.[1] ?? '80' };
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12/Mar/2020:19:03:58 +0000`, of epoch milliseconds. */
export function timeText(now: number): string {
  const iso = new Date(now).toISOString();
  const month = months[Number(iso.slice(5, 7)) - 1];
  return `${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}
