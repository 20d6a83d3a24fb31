// The event of payload format 2.0, as HTTP APIs send it.
import { httpEvent } from '../../../http-events/event-2.ts';
import type { Passage } from './passage.ts';
import { decoded } from './routing.ts';

/** Paths are decoded here; in the events of function URLs they are not. */
export function event2(passage: Passage): object {
  const { request, served, route, requestId, traceId, now, parameters, authorized } = passage;
  const { variables } = served.stage;
  const path = decoded(request.path);
  const { 'transfer-encoding': _, ...sent } = request.headers;
  const headers = { ...sent, 'content-length': String(request.body.length) };
  return httpEvent(
    { ...request, path, headers },
    {
      id: served.api.id,
      accountId: served.scope.account,
      ...(authorized ? { authorizer: authorized.context } : {}),
      requestId,
      traceId,
      now,
      routeKey: route.record.RouteKey,
      stage: served.stage.name,
      ...(parameters ? { pathParameters: parameters } : {}),
      ...(Object.keys(variables).length > 0 ? { stageVariables: variables } : {}),
    },
  );
}
