// The local API Gateway: REST APIs.
import * as sdk from '@aws-sdk/client-api-gateway';
import type { Service, ServiceHost } from '../../service.ts';
import { account } from './account.ts';
import { apis } from './apis/apis.ts';
import { authorizers } from './definition/authorizers.ts';
import { documentation } from './definition/documentation.ts';
import { gatewayResponses } from './definition/gateway-responses.ts';
import { integrationResponses } from './definition/integration-responses.ts';
import { integrations } from './definition/integrations.ts';
import { methodResponses } from './definition/method-responses.ts';
import { methods } from './definition/methods.ts';
import { models } from './definition/models.ts';
import { resources } from './definition/resources.ts';
import { validators } from './definition/validators.ts';
import { deployments } from './deployments/deployments.ts';
import { stages } from './deployments/stages.ts';
import { domains } from './domains/domains.ts';
import { mappings } from './domains/mappings.ts';
import { vpcLinks } from './domains/vpc-links.ts';
import { throttled } from './errors.ts';
import { apiKeys } from './keys/api-keys.ts';
import { usagePlans } from './keys/usage-plans.ts';
import { imports } from './openapi/handlers.ts';
import { authorizerCaches } from './requests/authorization/flush.ts';
import { restApiSite } from './requests/site.ts';
import { testInvocations } from './requests/test-invoke.ts';
import { type ApiGatewayState, createApiGatewayState } from './state.ts';
import { taggedResources, tags } from './tags.ts';

export function createApiGatewayService(host: ServiceHost): Service<typeof sdk, ApiGatewayState> {
  const state = createApiGatewayState(host);
  return {
    name: 'apigateway',
    protocol: 'rest-json',
    apiVersion: '2015-07-09',
    sdk,
    handlers: {
      ...apis,
      ...resources,
      ...methods,
      ...methodResponses,
      ...integrations,
      ...integrationResponses,
      ...models,
      ...validators,
      ...authorizers,
      ...gatewayResponses,
      ...documentation,
      ...deployments,
      ...stages,
      ...apiKeys,
      ...usagePlans,
      ...domains,
      ...mappings,
      ...vpcLinks,
      ...account,
      ...tags,
      ...imports,
      ...testInvocations,
      ...authorizerCaches,
    },
    state,
    tagged: taggedResources(state),
    site: restApiSite(state),
    faulty: () => ({ throttle: throttled() }),
  };
}
