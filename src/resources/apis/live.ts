// Parts of an API as API Gateway answers them: to create, to read and to list answer the same members.
import type { Api, Route } from '@aws-sdk/client-apigatewayv2';

export type LiveApi = Partial<Api>;
export type ApiRoute = Partial<Route>;
