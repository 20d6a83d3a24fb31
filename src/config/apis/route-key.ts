// The key of a route of an HTTP API: `GET /users/{id}`, `ANY /files/{path+}` or `$default`.

export const anyRoute = '$default';

/** Methods of routes, as AWS writes them. */
export const routeMethods = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'] as const;

export interface RouteParts {
  readonly method: string;
  /** With the slash at its start. */
  readonly path: string;
}

/** undefined: it is `$default`, which takes what no other route takes. */
export function routeParts(key: string): RouteParts | undefined {
  if (key === anyRoute) return undefined;
  const at = key.indexOf(' ');
  return { method: key.slice(0, at), path: key.slice(at + 1) };
}

/** What is wrong with a key, as a sentence that continues after the name of its field; undefined: AWS takes it. */
export function routeKeyProblem(key: string): string | undefined {
  if (key === anyRoute) return undefined;
  const [method = '', path, ...rest] = key.split(' ');
  const example = 'allowed: METHOD /path, like GET /users/{id}, or $default';
  if (path === undefined || rest.length > 0) return `is ${JSON.stringify(key)}; ${example}`;
  return methodProblem(method) ?? pathProblem(path);
}

function methodProblem(method: string): string | undefined {
  if ((routeMethods as readonly string[]).includes(method)) return undefined;
  const upper = method.toUpperCase();
  const guess = (routeMethods as readonly string[]).includes(upper) ? `; did you mean ${upper}?` : '';
  return `has the method ${JSON.stringify(method)}; allowed: ${routeMethods.join(', ')}${guess}`;
}

/** The same for a path alone. */
export function pathProblem(path: string): string | undefined {
  const shown = JSON.stringify(path);
  if (!path.startsWith('/')) return `has the path ${shown}; allowed: a path that starts with /`;
  if (/[\s?#]/.test(path)) return `has the path ${shown}; allowed: a path without blanks, ? and #`;
  if (path.includes('//')) return `has the path ${shown}; allowed: a path without empty parts`;
  const parts = path.slice(1).split('/');
  const names: string[] = [];
  for (const [index, part] of parts.entries()) {
    if (!/[{}]/.test(part)) continue;
    const [, name, greedy] = /^\{([\w.-]+)(\+?)\}$/.exec(part) ?? [];
    if (name === undefined) {
      return `has the path ${shown}; allowed: parameters that are a whole part, like /users/{id}, of letters, digits, ., - and _`;
    }
    if (names.includes(name)) return `has the path ${shown}, which names the parameter ${name} twice`;
    names.push(name);
    if (greedy && index < parts.length - 1) {
      return `has the path ${shown}; allowed: {${name}+} as the last part only`;
    }
  }
  return undefined;
}

/** Two keys that are equal here match the same requests: the names of parameters do not count. */
export function sameRequests(key: string): string {
  return key.replace(/\{[^}]*?(\+?)\}/g, '{$1}');
}

/** How the ARN of a request names the route: `GET/users/*`, `*` for ANY, `$default`. */
export function routeInArn(key: string): string {
  const parts = routeParts(key);
  if (!parts) return anyRoute;
  return `${parts.method === 'ANY' ? '*' : parts.method}${parts.path.replace(/\{[^}]*\}/g, '*')}`;
}
