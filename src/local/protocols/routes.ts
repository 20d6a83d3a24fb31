// Operations by the method, path and query of a request, for both REST protocols.
// https://smithy.io/2.0/spec/http-bindings.html
import { readScalar } from './http-bindings.ts';
import { type Operation, operationsOf } from './operations.ts';
import type { WireRequest } from './protocol.ts';
import { readPairs, unescapeUri } from './scalars.ts';
import type { Member } from './shapes.ts';

interface Route {
  operation: Operation;
  method: string;
  segments: string[];
  /** Pairs that the query must contain: `find=LayerVersion`. */
  query: [name: string, value: string][];
}

export class Routes {
  /** The most specific route first: `…/event-source-mappings/{UUID}` before the routes that match more. */
  private readonly routes: readonly Route[];
  private readonly segmentsOf: ReadonlyMap<Operation, readonly string[]>;

  constructor(sdk: object) {
    this.routes = routesOf(sdk);
    this.segmentsOf = new Map(this.routes.map(({ operation, segments }) => [operation, segments]));
  }

  /** undefined: no operation has such requests. */
  find({ method, path: whole, query }: WireRequest): Operation | undefined {
    const path = splitPath(whole);
    const pairs = readPairs(query);
    return this.routes.find(
      (route) =>
        route.method === method &&
        matches(route.segments, path) &&
        route.query.every(([name, value]) =>
          pairs.some(([n, v]) => n === name && (value === '' || v === value)),
        ),
    )?.operation;
  }

  /** The value of a member that is a part of the path. */
  label(operation: Operation, { name, shape }: Member, request: WireRequest): unknown {
    const segments = this.segmentsOf.get(operation) ?? [];
    const path = splitPath(request.path);
    const index = segments.findIndex((segment) => segment === `{${name}}` || segment === `{${name}+}`);
    const raw = isGreedy(segments[index] as string) ? path.slice(index).join('/') : (path[index] as string);
    return readScalar(shape, unescapeUri(raw), 'date-time');
  }
}

function routesOf(sdk: object): Route[] {
  const routes: Route[] = [];
  for (const operation of operationsOf(sdk).values()) {
    const http = operation.traits.http;
    if (!http) continue;
    const [path = '', query = ''] = http[1].split('?');
    routes.push({ operation, method: http[0], segments: splitPath(path), query: readPairs(query) });
  }
  const weight = ({ segments, query }: Route) =>
    query.length * 100 + segments.filter((segment) => !isLabel(segment)).length;
  return routes.sort((a, b) => weight(b) - weight(a));
}

function splitPath(path: string): string[] {
  const parts = path.split('/').slice(1);
  // AWS accepts the path with and without a trailing slash; the models have both forms.
  if (parts.at(-1) === '') parts.pop();
  return parts;
}

const isLabel = (segment: string) => segment.startsWith('{');
const isGreedy = (segment: string) => segment.endsWith('+}');

function matches(segments: readonly string[], path: readonly string[]): boolean {
  const last = segments.at(-1);
  const greedy = last !== undefined && isGreedy(last);
  if (greedy ? path.length < segments.length : path.length !== segments.length) return false;
  return segments.every((segment, index) =>
    isLabel(segment) ? path[index] !== '' : segment === path[index],
  );
}
