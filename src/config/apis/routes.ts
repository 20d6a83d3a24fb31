// The routes of HTTP APIs that call the functions of a project, in one form.
import type { FunctionConfig } from '../project.ts';
import { triggerEntries } from '../things/triggers.ts';
import type { TriggerValues } from '../triggers/all.ts';
import { anyRoute } from './route-key.ts';

type Declared = TriggerValues['http'];

/** An entry `http:` without its short forms. */
export interface HttpRoute extends Omit<Exclude<Declared, string>, 'route' | 'method' | 'path' | 'api'> {
  /** `GET /users/{id}` or `$default`. */
  readonly key: string;
  /** The id of an API that exists; undefined: the project's own. */
  readonly api?: string;
  /** Where `api:` says that the API is, if it is an ARN. */
  readonly place?: { readonly region: string; readonly account: string };
}

export function httpRoute(declared: Declared): HttpRoute {
  const said = typeof declared === 'string' ? { route: declared } : declared;
  const { route, method = 'ANY', path = anyRoute, api, ...rest } = said as Exclude<Declared, string>;
  const key = route ?? (path === anyRoute ? anyRoute : `${method} ${path}`);
  const [, , , region, account, id] = api?.split(':') ?? [];
  return {
    ...rest,
    key,
    ...(api === undefined ? {} : { api: id ?? api }),
    ...(region === undefined || account === undefined ? {} : { place: { region, account } }),
  };
}

/** A route of the project, and where slsctl.yml declares it. */
export interface DeclaredRoute {
  readonly route: HttpRoute;
  readonly function: FunctionConfig;
  /** Place in the list of triggers. */
  readonly index: number;
}

/** The routes of all functions, in the order of slsctl.yml. */
export function routesOf(functions: readonly FunctionConfig[]): DeclaredRoute[] {
  return functions.flatMap((config) =>
    triggerEntries(config).flatMap(({ http }, index) =>
      http === undefined ? [] : [{ route: httpRoute(http as Declared), function: config, index }],
    ),
  );
}

/** Whether slsctl makes an API for these functions. */
export function needsApi(functions: readonly FunctionConfig[]): boolean {
  return routesOf(functions).some(({ route }) => route.api === undefined);
}
