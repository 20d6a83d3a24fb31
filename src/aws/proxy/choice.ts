// Which proxy a request goes through: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, in both cases.
import { BlockList, isIP } from 'node:net';
import { badInput } from '../../errors/user-error.ts';

export interface ChosenProxy {
  url: URL;
  /** The variable that names it. */
  variable: string;
}

/**
 * undefined: the request goes there directly, as those to this machine always do. Throws a UserError (exit 2) when the
 * variable does not name a proxy that speaks HTTP.
 */
export function chooseProxy(
  env: NodeJS.ProcessEnv,
  { protocol, hostname, port }: { protocol: string; hostname: string; port?: number },
): ChosenProxy | undefined {
  const names = [protocol === 'https:' ? 'https_proxy' : 'http_proxy', 'all_proxy'];
  const [variable, text] = named(env, names) ?? [];
  if (!variable || !text) return undefined;
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (isOfMachine(host) || isExcepted(named(env, ['no_proxy'])?.[1] ?? '', host, port)) return undefined;
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url?.hostname && /^https?:$/.test(url.protocol)) return { url, variable };
  // The value may hold a password, so it is not quoted.
  const kind = url && !/^https?:$/.test(url.protocol) ? `begins with ${url.protocol}//` : 'is not a URL';
  throw badInput(`${variable} ${kind}; allowed: http://HOST:PORT or https://HOST:PORT`, {
    next: `correct ${variable}, or unset it`,
  });
}

/** Without user and password. */
export function proxyName({ url }: ChosenProxy): string {
  return `${url.protocol}//${url.host}`;
}

/** The first of these variables that is set; small letters come first, as in the `aws` CLI. */
function named(env: NodeJS.ProcessEnv, names: readonly string[]): [name: string, value: string] | undefined {
  for (const name of names.flatMap((one) => [one, one.toUpperCase()])) {
    const value = env[name]?.trim();
    if (value) return [name, value];
  }
  return undefined;
}

/** The machine itself, and the addresses at which a cloud tells it about itself. */
function isOfMachine(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || within(ownAddresses, host);
}

const ownAddresses = new BlockList();
ownAddresses.addSubnet('127.0.0.0', 8, 'ipv4');
ownAddresses.addSubnet('169.254.0.0', 16, 'ipv4');
ownAddresses.addAddress('::1', 'ipv6');
ownAddresses.addAddress('fd00:ec2::23', 'ipv6');
ownAddresses.addAddress('fd00:ec2::254', 'ipv6');

function within(list: BlockList, host: string): boolean {
  const version = isIP(host);
  return version !== 0 && list.check(host, version === 4 ? 'ipv4' : 'ipv6');
}

/** NO_PROXY: `*`, names (with all names below them), addresses, networks like 10.0.0.0/8; each with a port or without. */
function isExcepted(text: string, host: string, port: number | undefined): boolean {
  return text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => {
      if (entry === '*') return true;
      const [, network, bits] = /^([\da-f.:]+)\/(\d+)$/.exec(entry) ?? [];
      if (network && isIP(network)) return isInNetwork(network, Number(bits), host);
      if (isIP(entry)) return entry === host;
      const [, name = '', ofPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (ofPort !== undefined && Number(ofPort) !== port) return false;
      const bare = name.replace(/^\*?\./, '').replace(/^\[|\]$/g, '');
      return host === bare || (bare !== '' && host.endsWith(`.${bare}`));
    });
}

function isInNetwork(network: string, bits: number, host: string): boolean {
  const family = isIP(network) === 4 ? 'ipv4' : 'ipv6';
  if (bits > (family === 'ipv4' ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(network, bits, family);
  return within(list, host);
}
