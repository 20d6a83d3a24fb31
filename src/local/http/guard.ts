// Who may speak to the server at all: programs on this machine that mean it.
const loopback = /^(127\.\d+\.\d+\.\d+|localhost|([\w-]+\.)+localhost|\[::1\])(:\d+)?$/i;

/**
 * Why a request is turned away before anything is looked at; undefined: it may pass. A foreign Host is a
 * name that was made to point here (DNS rebinding); an Origin, or a Sec-Fetch-Site other than that of an
 * address typed by the user, says that a web page asks.
 */
export function turnedAway(headers: Readonly<Record<string, string | undefined>>): string | undefined {
  if (!loopback.test(headers.host ?? '')) {
    return `the Host header is ${JSON.stringify(headers.host ?? '')}; allowed: localhost and 127.0.0.1`;
  }
  if (headers.origin !== undefined) return 'requests from web pages (with an Origin header) are not served';
  if ((headers['sec-fetch-site'] ?? 'none') !== 'none') return 'requests from web pages are not served';
  return undefined;
}
