// Quick create: an API with its integration, its route and the stage $default in one request.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop.html
import type { IntegrationType } from '@aws-sdk/client-apigatewayv2';
import type { Scope } from '../../../call.ts';
import { bad } from '../errors.ts';
import { all, type HttpApisState, type IntegrationRecord, newId, partKey } from '../state.ts';
import { checkIntegration, isFunction } from './integration-checks.ts';
import { checkRouteKey } from './route-keys.ts';

interface Wanted {
  readonly RouteKey?: string | undefined;
  readonly Target?: string | undefined;
  readonly CredentialsArn?: string | undefined;
}

export function quickCreate(
  state: HttpApisState,
  scope: Scope,
  api: string,
  target: string,
  { RouteKey = '$default', CredentialsArn }: Wanted,
): void {
  checkRouteKey(RouteKey);
  const integration: IntegrationRecord = {
    IntegrationId: newId(),
    ApiGatewayManaged: true,
    ConnectionType: 'INTERNET',
    TimeoutInMillis: 30_000,
    ...(CredentialsArn ? { CredentialsArn } : {}),
    ...targetOf(target),
  };
  checkIntegration(integration);
  state.integrations.put(partKey(scope, api, integration.IntegrationId), integration);
  const RouteId = newId();
  state.routes.put(partKey(scope, api, RouteId), {
    RouteId,
    RouteKey,
    ApiGatewayManaged: true,
    ApiKeyRequired: false,
    AuthorizationType: 'NONE',
    Target: `integrations/${integration.IntegrationId}`,
  });
  const deploymentId = newId();
  const now = state.host.now();
  state.deployments.put(partKey(scope, api, deploymentId), { id: deploymentId, created: now });
  state.stages.put(partKey(scope, api, '$default'), {
    name: '$default',
    created: now,
    updated: now,
    autoDeploy: true,
    managed: true,
    deploymentId,
    variables: {},
    defaults: { DetailedMetricsEnabled: false },
    routes: {},
    tags: {},
  });
}

/** Changes the integration and the route that quick create made. @throws BadRequestException when there are none */
export function quickUpdate(
  state: HttpApisState,
  scope: Scope,
  api: string,
  { RouteKey, Target, CredentialsArn }: Wanted,
): void {
  const route = all(state.routes, scope, api).find(({ ApiGatewayManaged }) => ApiGatewayManaged);
  const integration = all(state.integrations, scope, api).find(({ ApiGatewayManaged }) => ApiGatewayManaged);
  if (!route || !integration) {
    throw bad('Target and RouteKey can be updated only for an API that was created with a target');
  }
  if (RouteKey !== undefined) {
    checkRouteKey(RouteKey);
    state.routes.put(partKey(scope, api, route.RouteId), { ...route, RouteKey });
  }
  if (Target !== undefined || CredentialsArn !== undefined) {
    const updated = {
      ...integration,
      ...(Target === undefined ? {} : targetOf(Target)),
      ...(CredentialsArn === undefined ? {} : { CredentialsArn }),
    };
    checkIntegration(updated);
    state.integrations.put(partKey(scope, api, integration.IntegrationId), updated);
  }
}

function targetOf(target: string): {
  IntegrationUri: string;
  IntegrationType: IntegrationType;
  IntegrationMethod: string;
  PayloadFormatVersion: string;
} {
  return isFunction(target)
    ? {
        IntegrationUri: target,
        IntegrationType: 'AWS_PROXY',
        IntegrationMethod: 'POST',
        PayloadFormatVersion: '2.0',
      }
    : {
        IntegrationUri: target,
        IntegrationType: 'HTTP_PROXY',
        IntegrationMethod: 'ANY',
        PayloadFormatVersion: '1.0',
      };
}
