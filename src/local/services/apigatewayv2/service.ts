// The local API Gateway V2: HTTP APIs.
import * as sdk from '@aws-sdk/client-apigatewayv2';
import type { Service, ServiceHost } from '../../service.ts';
import { apis } from './control/apis.ts';
import { authorizers } from './control/authorizers.ts';
import { deployments } from './control/deployments.ts';
import { domains } from './control/domains.ts';
import { integrations } from './control/integrations.ts';
import { routes } from './control/routes.ts';
import { stages } from './control/stages.ts';
import { taggedApis, tags } from './control/tags.ts';
import { tooMany } from './errors.ts';
import { httpApiSite } from './gateway/site.ts';
import { createHttpApisState, type HttpApisState } from './state.ts';

export function createHttpApisService(host: ServiceHost): Service<typeof sdk, HttpApisState> {
  const state = createHttpApisState(host);
  return {
    name: 'apigatewayv2',
    signedAs: 'apigateway',
    protocol: 'rest-json',
    apiVersion: '2018-11-29',
    sdk,
    handlers: {
      ...apis,
      ...integrations,
      ...routes,
      ...stages,
      ...deployments,
      ...authorizers,
      ...domains,
      ...tags,
    },
    state,
    tagged: taggedApis(state),
    site: httpApiSite(state),
    faulty: () => ({ throttle: tooMany() }),
  };
}
