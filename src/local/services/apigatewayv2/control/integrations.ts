// Integrations: the functions and web addresses that the routes of an API call.
import type * as sdk from '@aws-sdk/client-apigatewayv2';
import type { Handlers } from '../../../service.ts';
import { conflict } from '../errors.ts';
import {
  all,
  type HttpApisState,
  type IntegrationRecord,
  newId,
  partKey,
  requireApi,
  requirePart,
} from '../state.ts';
import { merged, paged } from './checks.ts';
import { changed } from './deployments.ts';
import { checkIntegration } from './integration-checks.ts';

export const integrations: Handlers<typeof sdk, HttpApisState> = {
  CreateIntegration({ ApiId = '', ...input }, { state, call }) {
    requireApi(state, call, ApiId);
    const isForFunction = input.IntegrationType === 'AWS_PROXY' && input.IntegrationSubtype === undefined;
    const record = present({
      ConnectionType: 'INTERNET',
      TimeoutInMillis: 30_000,
      ...(isForFunction ? { IntegrationMethod: 'POST' } : {}),
      ...input,
      IntegrationId: newId(),
    });
    checkIntegration(record);
    state.integrations.put(partKey(call, ApiId, record.IntegrationId), record);
    changed(state, call, ApiId);
    return record;
  },

  GetIntegration({ ApiId, IntegrationId }, { state, call }) {
    return requirePart(state, state.integrations, call, ApiId, IntegrationId, 'Integration');
  },

  GetIntegrations({ ApiId = '', ...input }, { state, call }) {
    requireApi(state, call, ApiId);
    return paged(all(state.integrations, call, ApiId), (one) => one.IntegrationId, input);
  },

  UpdateIntegration({ ApiId = '', IntegrationId, ...input }, { state, call }) {
    const before = requirePart(state, state.integrations, call, ApiId, IntegrationId, 'Integration');
    const { RequestParameters, ResponseParameters } = input;
    const sent = Object.entries(input).filter(([, value]) => value !== undefined);
    const record = present({
      ...before,
      ...Object.fromEntries(sent),
      RequestParameters: RequestParameters && merged(RequestParameters, before.RequestParameters),
      ResponseParameters: ResponseParameters && withStatuses(ResponseParameters, before.ResponseParameters),
    });
    const kept = {
      ...(RequestParameters ? {} : { RequestParameters: before.RequestParameters }),
      ...(ResponseParameters ? {} : { ResponseParameters: before.ResponseParameters }),
    };
    const updated = present({ ...record, ...kept });
    checkIntegration(updated);
    state.integrations.put(partKey(call, ApiId, updated.IntegrationId), updated);
    changed(state, call, ApiId);
    return updated;
  },

  DeleteIntegration({ ApiId = '', IntegrationId }, { state, call }) {
    const { IntegrationId: id } = requirePart(
      state,
      state.integrations,
      call,
      ApiId,
      IntegrationId,
      'Integration',
    );
    const used = all(state.routes, call, ApiId).filter(({ Target }) => Target === `integrations/${id}`);
    if (used.length > 0) {
      const ids = used.map(({ RouteId }) => RouteId).join(', ');
      throw conflict(
        `Cannot delete Integration because it is referenced by the following Routes with Ids: [${ids}]`,
      );
    }
    state.integrations.remove(partKey(call, ApiId, id));
    changed(state, call, ApiId);
    return {};
  },
};

/** Statuses of the request replace those that are there; one without parameters is removed. */
function withStatuses(
  given: Readonly<Record<string, Record<string, string>>>,
  before: Readonly<Record<string, Record<string, string>>> = {},
): Record<string, Record<string, string>> {
  const both = Object.entries({ ...before, ...given });
  return Object.fromEntries(both.filter(([, actions]) => Object.keys(actions).length > 0));
}

/** Empty texts and maps are as good as absent. */
function present(record: IntegrationRecord): IntegrationRecord {
  const isEmpty = (value: unknown) =>
    value === undefined ||
    value === '' ||
    (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
  return Object.fromEntries(
    Object.entries(record).filter(([, value]) => !isEmpty(value)),
  ) as unknown as IntegrationRecord;
}
