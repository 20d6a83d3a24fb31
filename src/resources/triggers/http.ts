// HTTP APIs: requests to a route call the function. Routes and integrations have no tags: a route is slsctl's own when its
// integration has slsctl's description and the function's policy has slsctl's statement for the route.
import type { Aws } from '../../aws/aws.ts';
import { routeInArn } from '../../config/apis/route-key.ts';
import { httpRoute } from '../../config/apis/routes.ts';
import type { TriggerValues } from '../../config/triggers/all.ts';
import type { Apis, RouteApi } from '../apis/apis.ts';
import { calledBy, integrationIn, isMarkedFor } from '../apis/integrations.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import type { Things } from '../things/things.ts';
import { functionIn, qualifierIn } from './binding/own-binding.ts';
import { boundSources, type Permitted, permittedSources } from './binding/sources.ts';
import { isStatementOf, statementId } from './binding/statement-id.ts';
import type { TriggerKind } from './kind.ts';
import { DeclaredRoute } from './route/declared.ts';
import { RouteResource } from './route/route.ts';

type Declared = TriggerValues['http'];

/** The API of an entry. */
function apiOf(existing: string | undefined, { apis }: Things): RouteApi {
  if (existing !== undefined) return apis.at(existing);
  if (!apis.own) throw new Error('the project has no API for its routes');
  return apis.own;
}

export const http: TriggerKind<Declared> = {
  resources(entries, { aws, host, owner, config, places, things }) {
    return entries.map(({ declared, qualifier, index }) => {
      const route = httpRoute(declared);
      const api = apiOf(route.api, things);
      const { authorizer } = route;
      return new DeclaredRoute(aws, host, {
        ...{ api, qualifier, index, owner, declared: route, key: route.key },
        existing: route.api,
        functionKey: config.key,
        needs: [
          ...places.callable(qualifier),
          ...(api.own ? [api.own.stage] : []),
          ...(authorizer && api.own ? api.own.authorizerNeeds(authorizer) : []),
        ],
      });
    });
  },
  claims: {
    /** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
    of({ declared, qualifier }, { things }) {
      const { key, api: existing, credentialsArn } = httpRoute(declared);
      if (credentialsArn) return [];
      const api = apiOf(existing, things);
      const id = statementId('http', existing === undefined ? key : `${existing} ${key}`);
      return [
        {
          ...{ id, qualifier },
          needs: api.own ? [api.own.resource] : [],
          get permission() {
            return {
              Action: 'lambda:InvokeFunction',
              Principal: 'apigateway.amazonaws.com',
              SourceArn: `${api.arn}/*/${routeInArn(key)}`,
            };
          },
        },
      ];
    },
    owns: (id) => isStatementOf('http', id),
  },
  async every(aws, host) {
    const { Apis } = await import('../apis/apis.ts');
    const apis = new Apis({ name: '', origin: '' }, aws);
    const found = await routesCalling(await permittedSources(aws, host, 'execute-api'), { aws, host, apis });
    return found.map(({ route }) => route);
  },
  async leftBehind(_entries, { aws, host, things }) {
    const sources = await boundSources(aws, host, 'http', 'execute-api');
    const found = await routesCalling(sources, { aws, host, apis: things.apis });
    const own = found.filter(
      ({ marked, id, route }) =>
        marked && sources.some(({ arn }) => apiIn(arn) === id && arn.endsWith(`/${routeInArn(route.key)}`)),
    );
    const declared = await Promise.all(own.map(({ id, route }) => things.apis.declares(id, route.key)));
    return own.flatMap(({ route }, index) => (declared[index] ? [] : [route]));
  },
};

/** `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/path` */
function apiIn(arn: string): string {
  return arn.split(':')[5]?.split('/')[0] ?? '';
}

/** All routes of these APIs that call the function. `marked`: slsctl made the integration. */
async function routesCalling(
  sources: readonly Permitted[],
  { aws, host, apis }: { aws: Aws; host: FunctionResource; apis: Apis },
): Promise<{ id: string; route: RouteResource; marked: boolean }[]> {
  // A resource policy may name APIs by a pattern.
  const ids = [...new Set(sources.map(({ arn }) => apiIn(arn)))].filter((id) => /^[a-z0-9]+$/.test(id));
  if (ids.length === 0) return [];
  const own = await apis.own?.knownId();
  const { readParts } = await import('../apis/calls.ts');
  const found = await Promise.all(
    ids.map(async (id) => {
      const parts = await readParts(aws, id);
      return (parts?.routes ?? []).flatMap((route) => {
        const target = integrationIn(route);
        const integration = parts?.integrations.find(({ IntegrationId }) => IntegrationId === target);
        const called = integration && calledBy(integration);
        if (!integration || !called || functionIn(called) !== host.name) return [];
        const existing = id === own ? undefined : id;
        const api = existing === undefined && apis.own ? apis.own : apis.at(id);
        const options = { api, existing, key: route.RouteKey ?? '', qualifier: qualifierIn(called) };
        const marked = isMarkedFor(host.name, integration);
        return [{ id, marked, route: new RouteResource(aws, host, options) }];
      });
    }),
  );
  return found.flat();
}
