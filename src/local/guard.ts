// Who may speak to the server at all: programs on this machine that mean it.
import type { IncomingHttpHeaders } from 'node:http';

const loopback = /^(127\.\d+\.\d+\.\d+|localhost|[\w-]+\.localhost|\[::1\])(:\d+)?$/i;

/**
 * Why a request is turned away before anything is looked at; undefined: it may pass. A foreign Host is a
 * name that was made to point here (DNS rebinding); an Origin says that a web page asks.
 */
export function turnedAway(headers: IncomingHttpHeaders): string | undefined {
  if (!loopback.test(headers.host ?? '')) {
    return `the Host header is ${JSON.stringify(headers.host ?? '')}; allowed: localhost and 127.0.0.1`;
  }
  if (headers.origin !== undefined) return 'requests from web pages (with an Origin header) are not served';
  return undefined;
}
