// The responses of integrations.
import type * as sdk from '@aws-sdk/client-api-gateway';
import type { IntegrationResponse } from '@aws-sdk/client-api-gateway';
import type { Scope } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { badRequest, noContentType, noIntegration, noParameter, noStatusCode } from '../errors.ts';
import { entryOf, patched, type Rules, text } from '../patches/patches.ts';
import { type ApiGatewayState, entry, type Place, requireResource, without } from '../state.ts';
import { Violations } from '../violations.ts';
import { requireIntegration } from './integrations.ts';
import { saveMethod } from './methods.ts';

export const integrationResponses: Handlers<typeof sdk, ApiGatewayState> = {
  PutIntegrationResponse(input, { state, call }) {
    const { statusCode = '', selectionPattern, responseParameters, contentHandling } = input;
    new Violations().statusCode(statusCode).refuse();
    const found = requireIntegration(state, call, input);
    const responseTemplates = checkedTemplates(input.responseTemplates);
    const response = { statusCode, selectionPattern, responseParameters, responseTemplates, contentHandling };
    save(state, found, response);
    return response;
  },

  GetIntegrationResponse(input, { state, call }) {
    new Violations().statusCode(input.statusCode).refuse();
    return requireResponse(state, call, input).response;
  },

  UpdateIntegrationResponse({ patchOperations, ...place }, { state, call }) {
    new Violations()
      .operations(patchOperations, 'updateIntegrationResponseInput')
      .statusCode(place.statusCode)
      .refuse();
    const { response, ...found } = requireResponse(state, call, place);
    const changed = patched(response, patchOperations, rules);
    save(state, found, changed);
    return changed;
  },

  /** A missing method is reported as a missing integration. */
  DeleteIntegrationResponse(input, { state, call }) {
    new Violations().statusCode(input.statusCode).refuse();
    const { resource: place } = requireResource(state, call, input);
    if (!entry(place.methods, input.httpMethod)) throw noIntegration();
    const { api, resource, method, integration } = requireResponse(state, call, input);
    const others = without(integration.integrationResponses ?? {}, input.statusCode ?? '');
    const remaining = Object.keys(others).length > 0 ? others : undefined;
    const methodIntegration = { ...integration, integrationResponses: remaining };
    saveMethod(state, api, resource, { ...method, methodIntegration });
    return {};
  },
};

const rules: Rules<IntegrationResponse> = {
  '/selectionPattern': {
    ops: ['replace'],
    apply: (response, { value = '' }) => ({ ...response, selectionPattern: value }),
  },
  '/contentHandling': text('contentHandling'),
  '/responseParameters/*': entryOf('responseParameters', { missing: noParameter }),
  '/responseTemplates/*': entryOf('responseTemplates', { missing: noContentType }),
};

/** An empty template counts as none, and is answered as null. @throws BadRequestException */
function checkedTemplates(
  templates: Readonly<Record<string, string>> | undefined,
): Record<string, string> | undefined {
  for (const type of Object.keys(templates ?? {})) {
    if (type.includes('/')) continue;
    throw badRequest(`Validation Result: warnings : [], errors : [Invalid content type specified: ${type}]`);
  }
  return (
    templates &&
    Object.fromEntries(Object.entries(templates).map(([type, text]) => [type, text || (null as never)]))
  );
}

type Found = ReturnType<typeof requireIntegration>;

/** @throws NotFoundException */
function requireResponse(state: ApiGatewayState, scope: Scope, input: Place & { statusCode?: string }) {
  const found = requireIntegration(state, scope, input);
  const response = entry(found.integration.integrationResponses, input.statusCode);
  if (!response) throw noStatusCode();
  return { ...found, response };
}

function save(state: ApiGatewayState, found: Found, response: IntegrationResponse): void {
  const { api, resource, method, integration } = found;
  const all = { ...integration.integrationResponses, [response.statusCode ?? '']: response };
  saveMethod(state, api, resource, {
    ...method,
    methodIntegration: { ...integration, integrationResponses: all },
  });
}
