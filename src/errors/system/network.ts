// Errors of the network: hosts, connections, certificates, and ports of this machine.
import type { Advice, Advices, SystemError } from './system-error.ts';

const unreachable =
  (how: string): Advice =>
  (error) => ({
    message: `${peer(error)} ${how}`,
    next: 'check the network, the proxy and the firewall, and --endpoint-url when you use it',
  });

const noSuchHost: Advice = (error) => {
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

const certificate: Advice = (error) => ({
  message: 'the TLS certificate of the endpoint is not trusted',
  reason: error.message.replace(/\.$/, ''),
  next: 'behind a proxy with its own certificate, set AWS_CA_BUNDLE, or ca_bundle of the profile, to the file of that certificate',
});

export const networkErrors: Advices = {
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
};

function peer({ address, port, hostname }: SystemError): string {
  const host = hostname ?? address ?? 'the endpoint';
  return port === undefined ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
