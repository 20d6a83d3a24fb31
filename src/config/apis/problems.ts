// Problems of HTTP APIs that only the whole file shows.
import { nearest } from '../did-you-mean.ts';
import type { FunctionConfig } from '../project.ts';
import type { ThingProblem } from '../things/problems.ts';
import { type ApiFile, iamAuthorizer } from './api.ts';
import { sameRequests } from './route-key.ts';
import { type DeclaredRoute, routesOf } from './routes.ts';

/** In a route, `inTrigger` is the place of the entry. */
export interface ApiProblem extends ThingProblem {
  readonly inTrigger?: {
    readonly function: string;
    readonly index: number;
    readonly field: readonly string[];
  };
}

export function apiProblems(
  api: ApiFile | undefined,
  functions: readonly FunctionConfig[],
  region: string | undefined,
): ApiProblem[] {
  const routes = routesOf(functions);
  return [
    ...routes.flatMap((route, index) => [
      ...sameRoute(route, routes.slice(0, index)),
      ...unknownAuthorizer(route, api),
    ]),
    ...ofAuthorizers(api, functions),
    ...ofDomain(api, region),
  ];
}

function at({ function: { key }, index }: DeclaredRoute, sentence: string, ...field: string[]): ApiProblem {
  const inTrigger = { function: key, index, field: ['http', ...field] };
  return { path: ['functions', key, 'triggers', index, 'http', ...field], sentence, inTrigger };
}

function sameRoute(declared: DeclaredRoute, before: readonly DeclaredRoute[]): ApiProblem[] {
  const { route } = declared;
  const other = before.find(
    (one) => one.route.api === route.api && sameRequests(one.route.key) === sameRequests(route.key),
  );
  if (!other) return [];
  const same = other.route.key === route.key ? '' : ` as ${other.route.key}, which takes the same requests`;
  const sentence = `is the route ${route.key}, which ${other.function.key} has already${same}; an API has each route once`;
  return [at(declared, sentence)];
}

function unknownAuthorizer(declared: DeclaredRoute, api: ApiFile | undefined): ApiProblem[] {
  const { authorizer, api: existing, authorizationScopes } = declared.route;
  const names = Object.keys(api?.authorizers ?? {});
  if (authorizer && authorizer !== iamAuthorizer) {
    if (existing !== undefined) {
      const sentence = `is ${authorizer}; an API that exists has its own: write authorizationType and authorizerId`;
      return [at(declared, sentence, 'authorizer')];
    }
    if (!names.includes(authorizer)) {
      const guess = nearest(authorizer, [...names, iamAuthorizer]);
      const known = `; allowed: ${[...names, iamAuthorizer].join(', ')}${guess ? `; did you mean ${guess}?` : ''}`;
      return [at(declared, `is ${authorizer}, which api.authorizers does not have${known}`, 'authorizer')];
    }
  }
  const isJwt = authorizer ? api?.authorizers?.[authorizer]?.jwt !== undefined : false;
  if (authorizationScopes?.length && !isJwt && declared.route.authorizationType !== 'JWT') {
    const sentence = 'needs an authorizer of JSON Web Tokens: only these have scopes';
    return [at(declared, sentence, 'authorizationScopes')];
  }
  return [];
}

function ofAuthorizers(api: ApiFile | undefined, functions: readonly FunctionConfig[]): ApiProblem[] {
  return Object.entries(api?.authorizers ?? {}).flatMap(([name, one]): ApiProblem[] => {
    const path = ['api', 'authorizers', name];
    if (name === iamAuthorizer) {
      return [{ path, sentence: `cannot be named ${iamAuthorizer}, which stands for signed requests` }];
    }
    const keys = functions.map(({ key }) => key);
    if (one.function === undefined || keys.includes(one.function)) return [];
    const guess = nearest(one.function, keys);
    const sentence = `is ${one.function}, which is not a function of this project; allowed: ${keys.join(', ')}`;
    return [
      { path: [...path, 'function'], sentence: guess ? `${sentence}; did you mean ${guess}?` : sentence },
    ];
  });
}

/** API Gateway takes certificates of its own region only. */
function ofDomain(api: ApiFile | undefined, region: string | undefined): ApiProblem[] {
  const problem =
    api?.domain && region !== undefined && certificateProblem(api.domain.certificateArn, region);
  return problem ? [{ path: ['api', 'domain', 'certificateArn'], sentence: problem }] : [];
}

/** What is wrong with the certificate for an API in this region; undefined: nothing that its ARN tells. */
export function certificateProblem(arn: string, region: string): string | undefined {
  const [, , , of] = arn.split(':');
  if (of === region) return undefined;
  return `is a certificate in ${of}; allowed: one in ${region}, where the API is`;
}
