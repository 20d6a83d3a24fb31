// The resource and the method that a request is for.
import type { Method } from '@aws-sdk/client-api-gateway';
import type { Definition, ResourceRecord } from '../records.ts';
import { entry } from '../state.ts';

export interface Route {
  readonly resource: ResourceRecord;
  readonly method: Method;
  /** Still percent-encoded, as AWS hands them over. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** `path` is without the stage. undefined: no method answers there. */
export function routeOf(definition: Definition, httpMethod: string, path: string): Route | undefined {
  const children = childrenOf(definition);
  const root = children.get(undefined)?.[0];
  const parts = path.replace(/^\/+|\/+$/g, '').split('/');
  return root && search(children, httpMethod, root, parts[0] === '' ? [] : parts, {});
}

type Children = ReadonlyMap<string | undefined, readonly ResourceRecord[]>;

const trees = new WeakMap<Definition['resources'], Children>();

/** The resources by their parents. Each deployment is looked at once. */
function childrenOf({ resources }: Definition): Children {
  const known = trees.get(resources);
  if (known) return known;
  const children = new Map<string | undefined, ResourceRecord[]>();
  for (const resource of Object.values(resources)) {
    const siblings = children.get(resource.parentId);
    if (siblings) siblings.push(resource);
    else children.set(resource.parentId, [resource]);
  }
  trees.set(resources, children);
  return children;
}

/** Names go before variables, and these before greedy ones; a resource without the method is passed over. */
function search(
  children: Children,
  httpMethod: string,
  resource: ResourceRecord,
  parts: readonly string[],
  pathParameters: Readonly<Record<string, string>>,
): Route | undefined {
  const [part, ...rest] = parts;
  if (part === undefined) return routeAt(httpMethod, resource, pathParameters);
  const below = children.get(resource.id) ?? [];
  const named = below.find(({ pathPart }) => pathPart === part);
  const exact = named && search(children, httpMethod, named, rest, pathParameters);
  if (exact) return exact;
  const variable = below.find(({ pathPart = '' }) => pathPart.startsWith('{'));
  const [, name = '', greedy] = /^\{(.+?)(\+?)\}$/.exec(variable?.pathPart ?? '') ?? [];
  if (!variable) return undefined;
  if (greedy) return routeAt(httpMethod, variable, { ...pathParameters, [name]: parts.join('/') });
  if (part === '') return undefined;
  return search(children, httpMethod, variable, rest, { ...pathParameters, [name]: part });
}

function routeAt(
  httpMethod: string,
  resource: ResourceRecord,
  pathParameters: Readonly<Record<string, string>>,
): Route | undefined {
  const method = entry(resource.methods, httpMethod) ?? resource.methods.ANY;
  return method && { resource, method, pathParameters };
}
