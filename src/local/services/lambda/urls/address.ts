// The addresses of function URLs: names below `localhost`, which lead to this machine.

interface UrlHost {
  readonly id: string;
  readonly region: string;
}

const hostName = /^([a-z0-9]{32})\.lambda-url\.([a-z0-9-]+)\.localhost(?::\d+)?$/i;

/** `endpoint` is that of the local AWS. */
export function urlAddress({ id, region }: UrlHost, endpoint: string): string {
  return `http://${id}.lambda-url.${region}.localhost:${new URL(endpoint).port}/`;
}

/** undefined: it is not the host of a function URL. */
export function parseHost(host: string): UrlHost | undefined {
  const [, id, region] = hostName.exec(host) ?? [];
  return id && region ? { id: id.toLowerCase(), region: region.toLowerCase() } : undefined;
}
