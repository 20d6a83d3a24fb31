// The addresses of functions: their URLs and the routes of HTTP APIs, what these call and who may call them.
import type { FunctionUrlConfig } from '@aws-sdk/client-lambda';
import { routeParts } from '../config/apis/route-key.ts';
import { latest } from '../config/qualifiers.ts';
import type { Resource } from '../engine/resource.ts';
import { FunctionUrlResource } from '../resources/attachments/function-url.ts';
import { RouteResource } from '../resources/triggers/route/route.ts';
import { columns } from '../ui/table.ts';
import type { Style } from '../ui/ui.ts';
import type { Reach } from './reach.ts';

export interface UrlData {
  address: string;
  /** An alias, or $LATEST. */
  qualifier: string;
  authType: string;
  /** Everybody on the internet may call it. */
  public: boolean;
}

/** The URL among the attachments of a function; `liveOf` answers their live state. undefined: none is live. */
export function urlData(
  attachments: readonly Resource[],
  liveOf: (resource: Resource) => unknown,
  reach: Reach,
): UrlData | undefined {
  const urls = attachments.filter((resource) => resource instanceof FunctionUrlResource);
  // While a URL moves, the new one comes first.
  const resource = urls.find((one) => liveOf(one) !== undefined);
  if (!resource) return undefined;
  const { FunctionUrl = '', AuthType = '' } = liveOf(resource) as FunctionUrlConfig;
  return {
    address: reach(FunctionUrl),
    qualifier: resource.qualifier ?? latest,
    authType: AuthType,
    public: AuthType === 'NONE',
  };
}

export interface RouteData {
  /** `GET /users/{id}` or `$default` */
  route: string;
  /** `ANY` for all. */
  method: string;
  address: string;
  qualifier: string;
  /** NONE, AWS_IAM, JWT or CUSTOM. */
  authorizationType: string;
  public: boolean;
}

/** The live routes of a function, in the order of slsctl.yml. */
export function routeData(
  attachments: readonly Resource[],
  liveOf: (resource: Resource) => unknown,
  reach: Reach,
): RouteData[] {
  return attachments
    .filter((resource) => resource instanceof RouteResource)
    .flatMap((resource) => {
      const live = liveOf(resource) as Parameters<RouteResource['address']>[0] | undefined;
      if (live === undefined) return [];
      const { AuthorizationType = 'NONE' } = live.route;
      return {
        route: resource.key,
        method: routeParts(resource.key)?.method ?? 'ANY',
        address: reach(resource.address(live)),
        qualifier: resource.qualifier ?? latest,
        authorizationType: AuthorizationType,
        public: AuthorizationType === 'NONE',
      };
    });
}

/** What a function has of both. */
export interface Addressed {
  readonly name: string;
  readonly url?: UrlData;
  readonly routes: readonly RouteData[];
}

type Row = [label: string, text: string];

const everybody = 'public: everybody may call';

/** Its address; and, below it, what it calls and who may call it: both together are too long for a terminal. */
function urlRows(title: string, { address, qualifier, public: isPublic }: UrlData, style: Style): Row[] {
  const who = isPublic ? style.yellow(`${everybody} it`) : 'signed requests only';
  return [
    [title, address],
    ['', `calls ${qualifier}, ${who}`],
  ];
}

/** The routes, those of the same access together. */
function routeRows(title: string, routes: readonly RouteData[], style: Style): Row[] {
  const access = ({ qualifier, authorizationType: type }: RouteData) => {
    const who = {
      NONE: style.yellow(`${everybody} ${routes.length > 1 ? 'them' : 'it'}`),
      AWS_IAM: 'signed requests only',
      JWT: 'requests with a token only',
    }[type];
    return `calls ${qualifier}, ${who ?? 'requests that its authorizer lets pass'}`;
  };
  const groups = new Map<string, RouteData[]>();
  for (const route of routes) groups.set(access(route), [...(groups.get(access(route)) ?? []), route]);
  const texts = [...groups].flatMap(([who, same]) => [
    ...same.map(({ method, address }) => `${method} ${address}`),
    who,
  ]);
  return texts.map((text, index) => [index === 0 ? title : '', text]);
}

/** The rows of one function. `titles`: of its URL and of its routes. */
export function addressRows(
  { url, routes }: Addressed,
  titles: { url: string; routes: string },
  style: Style,
): Row[] {
  return [
    ...(url ? urlRows(titles.url, url, style) : []),
    ...(routes.length > 0 ? routeRows(titles.routes, routes, style) : []),
  ];
}

/** Lines for each function that has an address; undefined: none has. */
export function addressLines(functions: readonly Addressed[], style: Style): string | undefined {
  const rows = functions.flatMap((one) => {
    const title = style.bold(one.name);
    return addressRows(one, { url: title, routes: one.url ? '' : title }, style);
  });
  return rows.length > 0 ? columns(rows) : undefined;
}
