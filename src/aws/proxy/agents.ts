// The connections through a proxy. A separate file: its packages are loaded only where a proxy is set.
import type { ClientRequest } from 'node:http';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { exitCodes, UserError } from '../../errors/user-error.ts';
import { type ChosenProxy, proxyName } from './choice.ts';

export interface ProxyOptions {
  keepAlive: boolean;
  maxSockets: number;
  /** Certificates that are trusted instead of those of Node.js. */
  ca?: Buffer;
}

/** Milliseconds in which the proxy must connect. */
const patience = 8000;

type Connect = HttpsProxyAgent<string>['connect'];

/** Requests to `https:`, in a tunnel. The address is given without the password, which the package could log. */
class Tunnel extends HttpsProxyAgent<string> {
  private readonly chosen: ChosenProxy;
  private readonly ca: Buffer | undefined;

  constructor(chosen: ChosenProxy, options: ProxyOptions) {
    super(proxyName(chosen), { ...options, headers: () => authorization(chosen) });
    this.chosen = chosen;
    this.ca = options.ca;
  }

  override isSecureEndpoint(): boolean {
    return true;
  }

  override async connect(request: ClientRequest, options: Parameters<Connect>[1]): ReturnType<Connect> {
    const { chosen } = this;
    let refusal: UserError | undefined;
    request.once('proxyConnect', ({ statusCode }: { statusCode: number }) => {
      if (statusCode !== 200) refusal = refused(chosen, statusCode, options.host ?? 'AWS');
    });
    const secure = { ...options, ca: this.ca } as typeof options;
    const socket = await inTime(super.connect(request, secure), chosen).catch((error) => {
      throw failed(chosen, error);
    });
    if (!refusal) return socket;
    (socket as { destroy?(): void }).destroy?.();
    throw refusal;
  }
}

/** Requests to `http:`, which the proxy reads and passes on. */
class Relay extends HttpProxyAgent<string> {
  private readonly chosen: ChosenProxy;

  constructor(chosen: ChosenProxy, options: ProxyOptions) {
    super(proxyName(chosen), { ...options, headers: () => authorization(chosen) });
    this.chosen = chosen;
  }

  override isSecureEndpoint(): boolean {
    return false;
  }

  override async connect(...args: Parameters<HttpProxyAgent<string>['connect']>) {
    return inTime(super.connect(...args), this.chosen).catch((error) => {
      throw failed(this.chosen, error);
    });
  }
}

export function proxyAgents(chosen: ChosenProxy, options: ProxyOptions) {
  return { httpAgent: new Relay(chosen, options), httpsAgent: new Tunnel(chosen, options) };
}

/** What a certificate through the proxy that is not trusted says; other errors as they are. */
export function namedError(chosen: ChosenProxy, error: unknown, hostname: string): unknown {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (error instanceof UserError || !isCertificate(code)) return error;
  return new UserError(
    `the certificate of ${hostname} that the proxy ${proxyName(chosen)} shows is not trusted`,
    exitCodes.failed,
    { reason: message, next: trust, cause: error },
  );
}

export const trust =
  'set AWS_CA_BUNDLE, or ca_bundle of the profile, to a file with the certificate of the proxy';

function isCertificate(code: string): boolean {
  return /CERT|EPROTO|UNABLE_TO_/.test(code);
}

function authorization({ url }: ChosenProxy): Record<string, string> {
  if (!url.username && !url.password) return {};
  const plain = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { 'Proxy-Authorization': `Basic ${Buffer.from(plain).toString('base64')}` };
}

async function inTime<T>(connecting: Promise<T>, chosen: ChosenProxy): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(unreachable(chosen, `does not answer within ${patience / 1000} seconds`));
    }, patience);
  });
  try {
    return await Promise.race([connecting, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function refused(chosen: ChosenProxy, status: number, host: string): UserError {
  const { url, variable } = chosen;
  const name = proxyName(chosen);
  if (status === 407) {
    const known = url.username || url.password;
    return new UserError(
      known
        ? `the proxy ${name} does not accept the user and password`
        : `the proxy ${name} asks for a user and password`,
      exitCodes.failed,
      {
        reason: 'it answered HTTP 407',
        next: `write them into ${variable}: ${url.protocol}//USER:PASSWORD@${url.host}`,
      },
    );
  }
  return new UserError(`the proxy ${name} refuses a connection to ${host}`, exitCodes.failed, {
    reason: `it answered HTTP ${status}`,
    next: `ask whoever runs the proxy to allow it, or add the host to NO_PROXY; ${variable} names the proxy`,
  });
}

function unreachable(chosen: ChosenProxy, how: string, cause?: unknown): UserError {
  return new UserError(`the proxy ${proxyName(chosen)} ${how}`, exitCodes.failed, {
    next: `correct ${chosen.variable}, or add the host to NO_PROXY to go there directly`,
    cause,
  });
}

function failed(chosen: ChosenProxy, error: unknown): unknown {
  if (error instanceof UserError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (isCertificate(code)) {
    return new UserError(
      `the certificate of the proxy ${proxyName(chosen)} is not trusted`,
      exitCodes.failed,
      {
        reason: message,
        next: trust,
        cause: error,
      },
    );
  }
  const how: Record<string, string> = {
    ECONNREFUSED: 'does not answer (connection refused)',
    ENOTFOUND: 'does not exist: there is no such host',
    EAI_AGAIN: 'does not exist: there is no such host',
    ECONNRESET: 'closes the connection',
    EHOSTUNREACH: 'cannot be reached',
    ENETUNREACH: 'cannot be reached',
    ETIMEDOUT: 'does not answer in time',
  };
  return unreachable(chosen, how[code] ?? `fails: ${message}`, error);
}
