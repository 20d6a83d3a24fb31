// Reads HTTP APIs of an endpoint as they are.
import { ApiGatewayV2 } from '@aws-sdk/client-apigatewayv2';
import { clientSettings } from '../local.ts';

export function apiClient(env: Record<string, string>): ApiGatewayV2 {
  return new ApiGatewayV2(clientSettings(env));
}

/** The API of this name; undefined: there is none. */
export async function apiNamed(gateway: ApiGatewayV2, name: string) {
  const { Items = [] } = await gateway.getApis({});
  return Items.find(({ Name }) => Name === name);
}

/** The routes of an API by their keys, each with its integration. */
export async function routesOf(gateway: ApiGatewayV2, ApiId: string) {
  const [{ Items: routes = [] }, { Items: integrations = [] }] = await Promise.all([
    gateway.getRoutes({ ApiId }),
    gateway.getIntegrations({ ApiId }),
  ]);
  return Object.fromEntries(
    routes.map((route) => {
      const id = route.Target?.replace('integrations/', '');
      const integration = integrations.find(({ IntegrationId }) => IntegrationId === id);
      return [route.RouteKey as string, { ...route, integration }];
    }),
  );
}
