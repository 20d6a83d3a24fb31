// Base path mappings: the stages that a custom domain name leads to.
import type * as sdk from '@aws-sdk/client-api-gateway';
import type { Scope } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { badRequest, conflict, notFound } from '../errors.ts';
import { pageOf } from '../page.ts';
import { patched, type Rules, text } from '../patches/patches.ts';
import type { MappingRecord } from '../records.ts';
import { type ApiGatewayState, entry, findApi, apiKey as keyOf } from '../state.ts';
import { Violations } from '../violations.ts';
import { requireDomain } from './domains.ts';

/** How the empty path is written in addresses and answers. */
const none = '(none)';

export const mappings: Handlers<typeof sdk, ApiGatewayState> = {
  CreateBasePathMapping({ domainName, basePath, restApiId, stage }, { state, call }) {
    requireDomain(state, call, domainName);
    const mapping = { basePath: basePath || none, restApiId, stage };
    checkTarget(state, call, mapping);
    const key = placeOf(call, domainName, mapping.basePath);
    if (state.mappings.get(key)) throw conflict('Base path already exists for this domain name');
    state.mappings.put(key, mapping);
    return mapping;
  },

  GetBasePathMapping({ domainName, basePath }, { state, call }) {
    return requireMapping(state, call, domainName, basePath);
  },

  GetBasePathMappings({ domainName, limit, position }, { state, call }) {
    requireDomain(state, call, domainName);
    const all = Array.from(state.mappings.entries(placeOf(call, domainName, '')), ([, mapping]) => mapping);
    const { items, next } = pageOf(all, ({ basePath }) => basePath, position, limit);
    return { items, position: next };
  },

  UpdateBasePathMapping({ domainName, basePath, patchOperations }, { state, call }) {
    new Violations().operations(patchOperations, 'updateBasePathMappingInput').refuse();
    const mapping = requireMapping(state, call, domainName, basePath);
    const changed = patched(mapping, patchOperations, rules);
    checkTarget(state, call, changed);
    const key = placeOf(call, domainName, changed.basePath);
    if (changed.basePath !== mapping.basePath) {
      if (state.mappings.get(key)) throw conflict('Base path already exists for this domain name');
      state.mappings.remove(placeOf(call, domainName, mapping.basePath));
    }
    state.mappings.put(key, changed);
    return changed;
  },

  DeleteBasePathMapping({ domainName, basePath }, { state, call }) {
    const mapping = requireMapping(state, call, domainName, basePath);
    state.mappings.remove(placeOf(call, domainName, mapping.basePath));
    return {};
  },
};

const rules: Rules<MappingRecord> = {
  '/basePath': { ops: ['replace'], apply: (mapping, { value }) => ({ ...mapping, basePath: value || none }) },
  '/restapiId': text('restApiId'),
  '/restApiId': text('restApiId'),
  '/stage': text('stage'),
};

const placeOf = (scope: Scope, domain = '', basePath = ''): string => `${keyOf(scope, domain)}/${basePath}`;

/** @throws NotFoundException */
function requireMapping(
  state: ApiGatewayState,
  scope: Scope,
  domain?: string,
  basePath?: string,
): MappingRecord {
  requireDomain(state, scope, domain);
  const mapping = state.mappings.get(placeOf(scope, domain, basePath));
  if (!mapping) throw notFound('Invalid base path mapping identifier specified');
  return mapping;
}

/** @throws BadRequestException unless the API and the stage exist */
function checkTarget(state: ApiGatewayState, scope: Scope, { restApiId, stage }: MappingRecord): void {
  const api = findApi(state, scope, restApiId);
  if (!api) throw badRequest('Invalid REST API identifier specified');
  if (stage && !entry(api.stages, stage)) throw badRequest('Invalid stage identifier specified');
}
