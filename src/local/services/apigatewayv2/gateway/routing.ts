// Which stage and which route a request is for.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
import type { RouteKey } from '../control/route-keys.ts';
import type { ServedApi, ServedRoute, ServedStage } from './served.ts';

export interface Routed {
  readonly route: ServedRoute;
  /** Decoded; undefined: the route has none. */
  readonly parameters: Readonly<Record<string, string>> | undefined;
}

/** The stage, and the path below it. A path that names no stage belongs to `$default`. */
export function stageFor(
  { stages }: ServedApi,
  path: string,
): { readonly served: ServedStage; readonly path: string } | undefined {
  const end = path.indexOf('/', 1);
  const first = path.slice(1, end < 0 ? undefined : end);
  const named = first === '$default' ? undefined : stages.get(first);
  if (named) return { served: named, path: end < 0 ? '/' : path.slice(end) };
  const served = stages.get('$default');
  return served && { served, path };
}

/** The most specific route; undefined: no route takes this method and path. `path` is still encoded. */
export function routeFor(
  { routes, fallback }: ServedStage,
  method: string,
  path: string,
): Routed | undefined {
  const parts = path.slice(1).split('/').map(decoded);
  let best: { readonly route: ServedRoute; readonly key: RouteKey } | undefined;
  for (const route of routes) {
    const { key } = route;
    if (!key || (key.method !== 'ANY' && key.method !== method) || !matches(key, parts)) continue;
    if (!best || isMoreSpecific(key, best.key)) best = { route, key };
  }
  if (best) return { route: best.route, parameters: parametersOf(best.key, parts) };
  return fallback && { route: fallback, parameters: undefined };
}

/** Malformed escapes stay as they are. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function matches({ parts }: RouteKey, given: readonly string[]): boolean {
  if (parts.length === 0) return given.length === 1 && given[0] === '';
  const isGreedy = parts.at(-1)?.kind === 'greedy';
  if (isGreedy ? given.length < parts.length : given.length !== parts.length) return false;
  return parts.every(({ kind, name }, index) => {
    const text = given[index] ?? '';
    return kind === 'greedy' || (kind === 'parameter' ? text !== '' : text === name);
  });
}

/** The end of a path is as specific as a text. */
const weights = { text: 2, parameter: 1, greedy: 0 };

/** From left to right: a text goes before a parameter, and this before a greedy one. Then a method goes before ANY. */
function isMoreSpecific(one: RouteKey, other: RouteKey): boolean {
  for (let index = 0; index < Math.max(one.parts.length, other.parts.length); index++) {
    const [a, b] = [one.parts[index], other.parts[index]].map((part) => weights[part?.kind ?? 'text']);
    if (a !== b) return (a ?? 0) > (b ?? 0);
  }
  return one.method !== 'ANY' && other.method === 'ANY';
}

function parametersOf({ parts }: RouteKey, given: readonly string[]): Record<string, string> | undefined {
  const found = parts.flatMap(({ kind, name }, index) => {
    if (kind === 'text') return [];
    return [[name, kind === 'greedy' ? given.slice(index).join('/') : (given[index] ?? '')]];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}
