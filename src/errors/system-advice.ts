// What to tell of the operating system's errors: network, ports, files.
import { type ExitCode, exitCodes } from './user-error.ts';

interface SystemError extends Error {
  code?: string;
  address?: string;
  port?: number;
  hostname?: string;
  path?: string;
  syscall?: string;
  errors?: SystemError[];
}

interface SystemAdvice {
  message: string;
  reason?: string;
  next?: string;
  exitCode: ExitCode;
}

/** Undefined: not an error that the operating system or the network gave. */
export function systemAdvice(error: unknown): SystemAdvice | undefined {
  if (!(error instanceof Error)) return undefined;
  const own = error as SystemError;
  // Node tries each address of a name, and then throws all that failed as one.
  const inner = own.errors?.find((each) => each.code);
  const from = own.address || own.hostname || own.path || !inner ? own : inner;
  const code = own.code ?? inner?.code ?? (own.name === 'TimeoutError' ? 'ETIMEDOUT' : undefined);
  const text = lines[code ?? '']?.(from);
  return text && { ...text, exitCode: exitCodes.failed };
}

type Line = (error: SystemError) => Omit<SystemAdvice, 'exitCode'>;

const unreachable =
  (how: string): Line =>
  (error) => ({
    message: `${peer(error)} ${how}`,
    next: 'check the network, the proxy and the firewall, and --endpoint-url when you use it',
  });

const noSuchHost: Line = (error) => {
  const host = error.hostname ?? 'the host';
  const region = /\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/.exec(host)?.[1];
  return {
    message: `there is no host ${host}`,
    reason: region
      ? `no network, or '${region}' is not an AWS region with this service`
      : 'no network, or the name is misspelt',
    next: region ? 'check --region and the network' : 'check --endpoint-url and AWS_ENDPOINT_URL',
  };
};

const forbidden: Line = (error) => ({
  message: `no permission for ${place(error)}`,
  next:
    error.syscall === 'listen'
      ? 'choose a port above 1023'
      : 'check who owns it and its mode, or run the command in a folder of yours',
});

const certificate: Line = (error) => ({
  message: 'the TLS certificate of the endpoint is not trusted',
  reason: error.message.replace(/\.$/, ''),
  next: 'behind a proxy that signs for itself, name its certificate in NODE_EXTRA_CA_CERTS',
});

const lines: Record<string, Line> = {
  ECONNREFUSED: (error) => ({
    message: `nothing answers at ${peer(error)} (connection refused)`,
    next: 'start what should listen there, or correct --endpoint-url or AWS_ENDPOINT_URL',
  }),
  ENOTFOUND: noSuchHost,
  EAI_AGAIN: noSuchHost,
  ECONNRESET: unreachable('closed the connection'),
  EPIPE: unreachable('closed the connection'),
  ETIMEDOUT: unreachable('did not answer in time'),
  EHOSTUNREACH: unreachable('cannot be reached'),
  ENETUNREACH: unreachable('cannot be reached'),
  ERR_SOCKET_CONNECTION_TIMEOUT: unreachable('did not answer in time'),
  EPROTO: certificate,
  CERT_HAS_EXPIRED: certificate,
  DEPTH_ZERO_SELF_SIGNED_CERT: certificate,
  SELF_SIGNED_CERT_IN_CHAIN: certificate,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: certificate,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: certificate,
  ERR_TLS_CERT_ALTNAME_INVALID: certificate,
  EADDRINUSE: (error) => ({
    message: `port ${error.port ?? ''} is in use`.replace('  ', ' '),
    reason: 'another program listens there already',
    next: 'choose another one with --port, or stop the other program',
  }),
  EACCES: forbidden,
  EPERM: forbidden,
  EROFS: (error) => ({ message: `${place(error)} is on a file system that cannot be written to` }),
  ENOENT: (error) => ({
    message: error.syscall?.startsWith('spawn')
      ? `there is no program '${error.path ?? error.syscall.replace(/^spawn /, '')}'`
      : `there is no ${place(error)}`,
    next: error.syscall?.startsWith('spawn') ? 'install it, or put it on PATH' : undefined,
  }),
  EISDIR: (error) => ({ message: `${place(error)} is a folder, not a file` }),
  ENOTDIR: (error) => ({ message: `${place(error)} is a file, not a folder` }),
  EEXIST: (error) => ({ message: `${place(error)} exists already` }),
  ENOSPC: (error) => ({
    message: `no space left on the disk${error.path ? ` for ${error.path}` : ''}`,
    next: 'free some space and run the same command again',
  }),
  EMFILE: () => ({ message: 'too many open files', next: 'raise the limit: `ulimit -n 4096`' }),
};

function peer({ address, port, hostname }: SystemError): string {
  const host = hostname ?? address ?? 'the endpoint';
  return port === undefined ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function place({ path, address, port, message }: SystemError): string {
  if (path) return path;
  if (port !== undefined) return address ? `${address}:${port}` : `port ${port}`;
  return /'([^']+)'/.exec(message)?.[1] ?? 'file';
}
