// Imports of OpenAPI documents.
import type * as sdk from '@aws-sdk/client-api-gateway';
import type { DocumentationPart, EndpointType } from '@aws-sdk/client-api-gateway';
import type { Handlers } from '../../../service.ts';
import { described, newApi } from '../apis/apis.ts';
import { endpointOf } from '../apis/checks.ts';
import { badRequest } from '../errors.ts';
import { newId } from '../ids.ts';
import type { ApiRecord } from '../records.ts';
import { type ApiGatewayState, requireApi, saveApi } from '../state.ts';
import { type Json, objectIn, prefixOf, readDocument, warningsOf } from './document.ts';
import { imported } from './import.ts';

export const imports: Handlers<typeof sdk, ApiGatewayState> = {
  async ImportRestApi({ body = new Uint8Array(), parameters = {}, failOnWarnings }, { state, call }) {
    const document = await readDocument(body as Uint8Array);
    const warnings = checkedWarnings(document, parameters, failOnWarnings);
    const type = parameters.endpointConfigurationTypes as EndpointType | undefined;
    const fresh = newApi(state, call, { name: '', endpointConfiguration: type && { types: [type] } });
    const api = imported(fresh, document, { basePath: modeIn(parameters), keeps: false });
    const documented = { ...api, documentationParts: partsOf(document) };
    saveApi(state, documented);
    return { ...described(documented), warnings };
  },

  async PutRestApi(input, { state, call }) {
    const { restApiId, mode = 'merge', body = new Uint8Array(), parameters = {}, failOnWarnings } = input;
    const document = await readDocument(body as Uint8Array);
    const before = requireApi(state, call, restApiId);
    const warnings = checkedWarnings(document, parameters, failOnWarnings);
    const keeps = mode !== 'overwrite';
    const api = imported(before, document, { basePath: modeIn(parameters), keeps });
    const type = parameters.endpointConfigurationTypes as EndpointType | undefined;
    const placed: ApiRecord = type ? { ...api, endpointConfiguration: endpointOf({ types: [type] }) } : api;
    saveApi(state, placed);
    return { ...described(placed), tags: { ...placed.tags }, warnings };
  },

  async ImportDocumentationParts({ restApiId, mode, body = new Uint8Array() }, { state, call }) {
    const api = requireApi(state, call, restApiId);
    const document = await readDocument(body as Uint8Array, 'Unable to build importer with provided input.');
    const parts = partsOf(document);
    const kept = mode === 'overwrite' ? {} : api.documentationParts;
    saveApi(state, { ...api, documentationParts: { ...kept, ...parts } });
    return { ids: Object.keys(parts) };
  },
};

/** undefined: there are none. @throws BadRequestException when there are some, and the request forbids them */
function checkedWarnings(
  document: Json,
  parameters: Readonly<Record<string, string>>,
  failOnWarnings = false,
): string[] | undefined {
  const warnings = warningsOf(document, prefixOf(document, modeIn(parameters)));
  if (warnings.length === 0) return undefined;
  if (failOnWarnings) throw badRequest(`Warnings found during import:\n\t${warnings.join('\n\t')}`);
  return warnings;
}

const modes = ['ignore', 'prepend', 'split'];

/** @throws BadRequestException */
function modeIn({ basepath, basePath }: Readonly<Record<string, string>>): string | undefined {
  const mode = (basepath ?? basePath)?.toLowerCase();
  if (mode !== undefined && !modes.includes(mode)) {
    throw badRequest(`Invalid basepath parameter: ${mode}. Must be one of: [${modes.join(', ')}]`);
  }
  return mode;
}

/** The parts that the document lists for API Gateway; properties are JSON texts. */
function partsOf(document: Json): Record<string, DocumentationPart> {
  const { documentationParts } = objectIn(document['x-amazon-apigateway-documentation']);
  const given = Array.isArray(documentationParts) ? documentationParts.map(objectIn) : [];
  const parts = given.map(({ location, properties }) => ({
    id: newId(6),
    location: placeOf(objectIn(location)),
    properties: JSON.stringify(properties ?? {}),
  }));
  return Object.fromEntries(parts.map((part) => [part.id, part]));
}

/** Parts of paths that name none are of the root. */
function placeOf(location: Json): NonNullable<DocumentationPart['location']> {
  const hasPath = !['API', 'MODEL', 'AUTHORIZER'].includes(String(location.type));
  return { ...(hasPath && { path: '/' }), ...location } as NonNullable<DocumentationPart['location']>;
}
