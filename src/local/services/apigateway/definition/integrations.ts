// The integrations of methods.
import type * as sdk from '@aws-sdk/client-api-gateway';
import type { Integration } from '@aws-sdk/client-api-gateway';
import type { Scope } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { badRequest, noContentType, noIntegration, noParameter } from '../errors.ts';
import { entryOf, isTrue, item, number, patched, type Rules, text } from '../patches/patches.ts';
import { type ApiGatewayState, type Place, requireMethod } from '../state.ts';
import { Violations } from '../violations.ts';
import { checkUri } from './integration-uris.ts';
import { saveMethod } from './methods.ts';

const types = ['HTTP', 'MOCK', 'AWS_PROXY', 'HTTP_PROXY', 'AWS'];
const passthroughs = ['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER'];
const defaultTimeout = 29_000;

export const integrations: Handlers<typeof sdk, ApiGatewayState> = {
  PutIntegration(input, { state, call }) {
    new Violations()
      .oneOf(input.type, 'putIntegrationInput.type', types)
      .oneOf(input.connectionType, 'putIntegrationInput.connectionType', ['INTERNET', 'VPC_LINK'])
      .oneOf(input.contentHandling, 'putIntegrationInput.contentHandling', [
        'CONVERT_TO_BINARY',
        'CONVERT_TO_TEXT',
      ])
      .refuse();
    const { api, resource, method } = requireMethod(state, call, input);
    const { type, integrationHttpMethod, requestTemplates, requestParameters, credentials } = input;
    if (type !== 'MOCK' && !integrationHttpMethod) {
      throw badRequest('Enumeration value for HttpMethod must be non-empty');
    }
    checkUri(input);
    const http = type === 'HTTP' || type === 'HTTP_PROXY';
    const address = type === 'MOCK' ? {} : { httpMethod: integrationHttpMethod, uri: input.uri };
    const integration = checked({
      type,
      ...address,
      connectionType: input.connectionType ?? (http ? 'INTERNET' : undefined),
      connectionId: input.connectionId,
      credentials,
      requestParameters,
      requestTemplates,
      passthroughBehavior: input.passthroughBehavior?.toUpperCase() ?? 'WHEN_NO_MATCH',
      contentHandling: input.contentHandling,
      timeoutInMillis: input.timeoutInMillis ?? defaultTimeout,
      cacheNamespace: input.cacheNamespace ?? resource.id,
      cacheKeyParameters: input.cacheKeyParameters ?? [],
      tlsConfig: input.tlsConfig,
      responseTransferMode: input.responseTransferMode,
      integrationTarget: input.integrationTarget,
    });
    saveMethod(state, api, resource, { ...method, methodIntegration: integration });
    return integration;
  },

  GetIntegration(input, { state, call }) {
    return requireIntegration(state, call, input).integration;
  },

  UpdateIntegration({ patchOperations, ...place }, { state, call }) {
    new Violations().operations(patchOperations, 'updateIntegrationInput').refuse();
    const { api, resource, method, integration } = requireIntegration(state, call, place);
    const changed = checked(patched(integration, patchOperations, rules));
    if (changed.type) checkUri({ type: changed.type, uri: changed.uri });
    saveMethod(state, api, resource, { ...method, methodIntegration: changed });
    return changed;
  },

  DeleteIntegration(input, { state, call }) {
    const { api, resource, method } = requireIntegration(state, call, input);
    saveMethod(state, api, resource, { ...method, methodIntegration: undefined });
    return {};
  },
};

const rules: Rules<Integration> = {
  '/type': text('type'),
  '/httpMethod': text('httpMethod'),
  '/uri': text('uri'),
  '/connectionType': text('connectionType'),
  '/connectionId': text('connectionId'),
  '/credentials': text('credentials'),
  '/passthroughBehavior': text('passthroughBehavior'),
  '/contentHandling': text('contentHandling'),
  '/timeoutInMillis': number('timeoutInMillis'),
  '/cacheNamespace': text('cacheNamespace'),
  '/responseTransferMode': text('responseTransferMode'),
  '/integrationTarget': text('integrationTarget'),
  '/cacheKeyParameters/*': item('cacheKeyParameters', 'path'),
  '/requestParameters/*': entryOf('requestParameters', { missing: noParameter }),
  '/requestTemplates/*': entryOf('requestTemplates', { missing: noContentType }),
  '/tlsConfig/insecureSkipVerification': {
    ops: ['replace'],
    apply: (integration, { value }) => ({
      ...integration,
      tlsConfig: { insecureSkipVerification: isTrue(value) },
    }),
  },
};

/** @throws BadRequestException */
function checked(integration: Integration): Integration {
  const {
    passthroughBehavior = '',
    timeoutInMillis = defaultTimeout,
    connectionType,
    connectionId,
  } = integration;
  if (!passthroughs.includes(passthroughBehavior)) {
    throw badRequest(`Invalid PassthroughBehavior specified. Valid options are ${passthroughs.join(',')}`);
  }
  if (timeoutInMillis < 50 || timeoutInMillis > longestTimeout) {
    throw badRequest(`Timeout should be between 50 ms and ${defaultTimeout} ms`);
  }
  if (connectionType === 'VPC_LINK' && !connectionId) {
    throw badRequest('Invalid Vpc Link identifier specified');
  }
  return { ...integration, cacheKeyParameters: integration.cacheKeyParameters ?? [] };
}

/** AWS raises the limit of 29 seconds for regional APIs on request. */
const longestTimeout = 300_000;

/** @throws NotFoundException */
export function requireIntegration(state: ApiGatewayState, scope: Scope, place: Place) {
  const found = requireMethod(state, scope, place);
  const integration = found.method.methodIntegration;
  if (!integration) throw noIntegration();
  return { ...found, integration };
}
