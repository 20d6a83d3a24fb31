// Documentation parts and their versions.
import type * as sdk from '@aws-sdk/client-api-gateway';
import type { DocumentationPart } from '@aws-sdk/client-api-gateway';
import type { Scope } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { conflict, notFound } from '../errors.ts';
import { newId } from '../ids.ts';
import { pageOf } from '../page.ts';
import { listing, patched, type Rules, text } from '../patches/patches.ts';
import type { DocumentationVersionRecord } from '../records.ts';
import { type ApiGatewayState, entry, findApi, requireApi, saveApi, without } from '../state.ts';
import { Violations } from '../violations.ts';

/** In AWS's order. */
const partTypes = [
  'RESPONSE_BODY',
  'RESPONSE',
  'METHOD',
  'MODEL',
  'AUTHORIZER',
  'RESPONSE_HEADER',
  'RESOURCE',
  'PATH_PARAMETER',
  'REQUEST_BODY',
  'QUERY_PARAMETER',
  'API',
  'REQUEST_HEADER',
];

export const documentation: Handlers<typeof sdk, ApiGatewayState> = {
  CreateDocumentationPart({ restApiId, location, properties }, { state, call }) {
    new Violations().oneOf(location?.type, 'createDocumentationPartInput.location.type', partTypes).refuse();
    const api = requireApi(state, call, restApiId);
    const part = { id: newId(6), location, properties };
    saveApi(state, { ...api, documentationParts: { ...api.documentationParts, [part.id]: part } });
    return part;
  },

  GetDocumentationPart({ restApiId, documentationPartId }, { state, call }) {
    return requirePart(state, call, restApiId, documentationPartId).part;
  },

  GetDocumentationParts({ restApiId, type, nameQuery, path, limit, position }, { state, call }) {
    const parts = Object.values(requireApi(state, call, restApiId).documentationParts).filter(
      ({ location = { type: undefined } }) =>
        (type === undefined || location.type === type) &&
        (path === undefined || location.path === path) &&
        (nameQuery === undefined || (location.name ?? '').includes(nameQuery)),
    );
    const { items, next } = pageOf(parts, ({ id = '' }) => id, position, limit);
    return { items, position: next };
  },

  UpdateDocumentationPart({ restApiId, documentationPartId, patchOperations }, { state, call }) {
    new Violations().operations(patchOperations, 'updateDocumentationPartInput').refuse();
    const { api, part } = requirePart(state, call, restApiId, documentationPartId);
    const changed = patched(part, patchOperations, partRules, listing(partRules));
    saveApi(state, { ...api, documentationParts: { ...api.documentationParts, [part.id ?? '']: changed } });
    return changed;
  },

  DeleteDocumentationPart({ restApiId, documentationPartId = '' }, { state, call }) {
    const api = requireApi(state, call, restApiId);
    if (!entry(api.documentationParts, documentationPartId)) throw noPart();
    saveApi(state, { ...api, documentationParts: without(api.documentationParts, documentationPartId) });
    return {};
  },

  CreateDocumentationVersion(input, { state, call }) {
    const { restApiId, documentationVersion: version = '', description, stageName } = input;
    const api = requireApi(state, call, restApiId);
    if (entry(api.documentationVersions, version)) throw conflict(`Version ${version} already exists`);
    const record = { version, description, created: state.host.now() };
    const stage = entry(api.stages, stageName);
    const stages = stage
      ? { ...api.stages, [stage.stageName]: { ...stage, documentationVersion: version } }
      : api.stages;
    const documentationVersions = { ...api.documentationVersions, [version]: record };
    saveApi(state, { ...api, documentationVersions, stages });
    return described(record);
  },

  GetDocumentationVersion({ restApiId, documentationVersion }, { state, call }) {
    return described(requireVersion(state, call, restApiId, documentationVersion).version);
  },

  GetDocumentationVersions({ restApiId, limit, position }, { state, call }) {
    const all = Object.values(requireApi(state, call, restApiId).documentationVersions);
    const { items, next } = pageOf(all, ({ version }) => version, position, limit);
    return { items: items.map(described), position: next };
  },

  UpdateDocumentationVersion({ restApiId, documentationVersion, patchOperations }, { state, call }) {
    new Violations().operations(patchOperations, 'updateDocumentationVersionInput').refuse();
    const { api, version } = requireVersion(state, call, restApiId, documentationVersion);
    const changed = patched(version, patchOperations, versionRules, listing(versionRules));
    const documentationVersions = { ...api.documentationVersions, [version.version]: changed };
    saveApi(state, { ...api, documentationVersions });
    return described(changed);
  },

  DeleteDocumentationVersion({ restApiId, documentationVersion }, { state, call }) {
    const { api, version } = requireVersion(state, call, restApiId, documentationVersion);
    const documentationVersions = without(api.documentationVersions, version.version);
    saveApi(state, { ...api, documentationVersions });
    return {};
  },
};

const partRules: Rules<DocumentationPart> = { '/properties': text('properties') };
const versionRules: Rules<DocumentationVersionRecord> = { '/description': text('description') };

const noPart = () => notFound('Invalid Documentation part identifier specified');

/** @throws NotFoundException, the same one for an unknown API */
function requirePart(state: ApiGatewayState, scope: Scope, restApiId?: string, id?: string) {
  const api = findApi(state, scope, restApiId);
  const part = entry(api?.documentationParts, id);
  if (!api || !part) throw noPart();
  return { api, part };
}

/** @throws NotFoundException */
function requireVersion(state: ApiGatewayState, scope: Scope, restApiId?: string, name?: string) {
  const api = requireApi(state, scope, restApiId);
  const version = entry(api.documentationVersions, name);
  if (!version) throw notFound('Invalid Documentation version specified');
  return { api, version };
}

const described = ({ version, description, created }: DocumentationVersionRecord) => ({
  version,
  description,
  createdDate: new Date(created),
});
