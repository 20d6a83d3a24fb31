// Route keys: `GET /users/{id}`, `ANY /{proxy+}`, `$default`.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
import { bad } from '../errors.ts';

export interface RouteKey {
  /** `ANY` for all methods. */
  readonly method: string;
  /** `/users/{id}` */
  readonly path: string;
  /** The parts of the path; none for `/`. */
  readonly parts: readonly RoutePart[];
}

export interface RoutePart {
  /** The text itself, or the name of the parameter. */
  readonly name: string;
  readonly kind: 'text' | 'parameter' | 'greedy';
}

const methods = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
const validPart = /^(\{[\w.:-]+\+?\}|[a-zA-Z0-9.:_-]+)$/;

/** @throws BadRequestException for a key that an HTTP API cannot have */
export function checkRouteKey(key: string): void {
  if (key === '$default') return;
  const [method = '', path = '', ...more] = key.split(' ');
  if (!methods.includes(method) || !path.startsWith('/') || more.length > 0) {
    throw bad(
      'The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"',
    );
  }
  const parts = textsOf(path);
  if (!parts.every((part) => validPart.test(part))) {
    throw bad(
      `One or more path parts appear to be invalid. Parts are validated against this regular expression: ${validPart.source}`,
    );
  }
  const parameters = parts.filter((part) => part.startsWith('{'));
  const names = parameters.map((part) => part.replace(/[{}+]/g, ''));
  if (new Set(names).size < names.length) throw bad('Path parameters must have different names');
  if (parts.slice(0, -1).some((part) => part.endsWith('+}'))) {
    throw bad('A greedy path parameter must be the last part of the path');
  }
}

/** undefined for `$default`. */
export function parseRouteKey(key: string): RouteKey | undefined {
  if (key === '$default') return undefined;
  const [method = '', path = ''] = key.split(' ');
  return { method, path, parts: textsOf(path).map(partOf) };
}

const textsOf = (path: string): string[] => (path === '/' ? [] : path.slice(1).split('/'));

function partOf(text: string): RoutePart {
  const name = text.replace(/^\{|\+?\}$/g, '');
  if (!text.startsWith('{')) return { name: text, kind: 'text' };
  return { name, kind: text.endsWith('+}') ? 'greedy' : 'parameter' };
}
