// Only programs on this machine may use the server, not web pages.
const loopback = /^(127\.\d+\.\d+\.\d+|localhost|([\w-]+\.)+localhost|\[::1\])(:\d+)?$/i;

/**
 * The reason to refuse a request before it is read further; undefined: it may pass. A Host that is not a loopback name
 * points here by DNS rebinding. An Origin, or a Sec-Fetch-Site other than `none` (an address that the user typed),
 * shows that a web page sent the request. `pages`: web pages may use what is at this Host.
 */
export function turnedAway(
  headers: Readonly<Record<string, string | undefined>>,
  { pages = false }: { pages?: boolean } = {},
): string | undefined {
  if (!loopback.test(headers.host ?? '')) {
    return `the Host header is ${JSON.stringify(headers.host ?? '')}; allowed: localhost and 127.0.0.1`;
  }
  if (pages) return undefined;
  if (headers.origin !== undefined) return 'requests from web pages (with an Origin header) are not served';
  if ((headers['sec-fetch-site'] ?? 'none') !== 'none') return 'requests from web pages are not served';
  return undefined;
}
