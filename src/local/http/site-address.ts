// The addresses of users' own programs: function URLs and APIs of API Gateway. There are two forms: a name below
// `localhost`, which leads to this machine, and a path for clients that cannot resolve such names.

/** The kinds of addresses, by their names in AWS's own host names. */
export type SiteKind = 'lambda-url' | 'execute-api';

export interface SiteAddress {
  readonly kind: SiteKind;
  readonly id: string;
  readonly region: string;
}

/** A request to such an address. */
export interface SiteRequest extends SiteAddress {
  /** The host of the form with a name, with the port of the request, whichever form was used. */
  readonly host: string;
  /** The path below the address: it begins with a slash. */
  readonly path: string;
  readonly byPath: boolean;
}

const byHost = /^([a-z0-9-]+)\.(lambda-url|execute-api)\.([a-z0-9-]+)\.localhost(:\d+)?$/i;
const byPath = /^\/_aws\/(lambda-url|execute-api)\/([a-z0-9-]+)\/([a-z0-9-]+)(\/.*)?$/;
/** Other names of this machine may be those of S3 buckets, and then the path is a key. */
const machine = /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?$/i;

/** undefined: the request is for an API of AWS. `path` is without the query. */
export function siteRequest(host: string, path: string): SiteRequest | undefined {
  const named = byHost.exec(host);
  if (named) {
    const [, id = '', kind = '', region = '', port = ''] = named.map((part) => part?.toLowerCase());
    return of({ kind: kind as SiteKind, id, region }, port, path, false);
  }
  if (!path.startsWith('/_aws/')) return undefined;
  const [onMachine, port = ''] = machine.exec(host) ?? [];
  const [, kind, region, id, rest = '/'] = byPath.exec(path) ?? [];
  if (onMachine === undefined || !kind || !region || !id) return undefined;
  return of({ kind: kind as SiteKind, id, region }, port, rest, true);
}

function of(address: SiteAddress, port: string, path: string, byPath: boolean): SiteRequest {
  return { ...address, host: `${hostName(address)}${port}`, path, byPath };
}

function hostName({ kind, id, region }: SiteAddress): string {
  return `${id}.${kind}.${region}.localhost`;
}

/** `http://ID.lambda-url.REGION.localhost:PORT`. `endpoint` is that of the local AWS. */
export function siteUrl(address: SiteAddress, endpoint: string): string {
  return `http://${hostName(address)}:${new URL(endpoint).port}`;
}
