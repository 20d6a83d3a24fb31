// The resources of a REST API: a tree of path parts.
import type * as sdk from '@aws-sdk/client-api-gateway';
import type { Resource } from '@aws-sdk/client-api-gateway';
import type { Handlers } from '../../../service.ts';
import { badRequest, conflict, noResource } from '../errors.ts';
import { newId } from '../ids.ts';
import { pageOf } from '../page.ts';
import { listing, patched, type Rule, type Rules } from '../patches/patches.ts';
import type { ApiRecord, ResourceRecord } from '../records.ts';
import { type ApiGatewayState, entry, requireApi, requireResource, saveApi, saveResource } from '../state.ts';
import { Violations } from '../violations.ts';
import { pathOf } from './paths.ts';

export const resources: Handlers<typeof sdk, ApiGatewayState> = {
  CreateResource({ restApiId, parentId, pathPart }, { state, call }) {
    const { api, resource: parent } = requireResource(state, call, { restApiId, resourceId: parentId });
    const resource = addedResource(api, parent, pathPart ?? '');
    saveResource(state, api, resource);
    return described({ ...api, resources: { ...api.resources, [resource.id]: resource } }, resource);
  },

  GetResource({ restApiId, resourceId, embed }, { state, call }) {
    const { api, resource } = requireResource(state, call, { restApiId, resourceId });
    return described(api, resource, embed);
  },

  GetResources({ restApiId, limit, position, embed }, { state, call }) {
    const api = requireApi(state, call, restApiId);
    const all = Object.values(api.resources);
    const { items, next } = pageOf(all, ({ id }) => id, position, limit);
    return { items: items.map((resource) => described(api, resource, embed)), position: next };
  },

  UpdateResource({ restApiId, resourceId, patchOperations }, { state, call }) {
    new Violations().operations(patchOperations, 'updateResourceInput').refuse();
    const { api, resource } = requireResource(state, call, { restApiId, resourceId });
    const rules = rulesFor(api);
    const changed = patched(resource, patchOperations, rules, listing(rules));
    const after = { ...api, resources: { ...api.resources, [resource.id]: changed } };
    saveApi(state, after);
    return described(after, changed);
  },

  /** Its children go with it. */
  DeleteResource({ restApiId, resourceId }, { state, call }) {
    const { api, resource } = requireResource(state, call, { restApiId, resourceId });
    if (resource.parentId === undefined) throw badRequest('Root resource cannot be deleted');
    const kept = Object.entries(api.resources).filter(([, one]) => !isBelow(api, one, resource.id));
    saveApi(state, { ...api, resources: Object.fromEntries(kept) });
    return {};
  },
};

/** A new resource below the parent; it is not saved. @throws BadRequestException, ConflictException */
export function addedResource(api: ApiRecord, parent: ResourceRecord, pathPart: string): ResourceRecord {
  const resource = { id: newId(6), parentId: parent.id, pathPart, methods: {} };
  checkPlace(api, resource);
  return resource;
}

const rulesFor = (api: ApiRecord): Rules<ResourceRecord> => {
  const moved = (member: 'parentId' | 'pathPart'): Rule<ResourceRecord> => ({
    ops: ['replace'],
    apply(resource, { value = '' }) {
      if (resource.parentId === undefined) throw badRequest(`Root resource cannot update its ${member}.`);
      const changed = { ...resource, [member]: value };
      if (member === 'parentId') {
        const parent = entry(api.resources, value);
        if (!parent) throw noResource();
        if (isBelow(api, parent, resource.id)) throw badRequest('Resources cannot be cyclical.');
      }
      checkPlace(api, changed);
      return changed;
    },
  });
  return { '/parentId': moved('parentId'), '/pathPart': moved('pathPart') };
};

/** Whether it is this resource, or stands somewhere below it. */
function isBelow(api: ApiRecord, resource: ResourceRecord, id: string): boolean {
  for (let one: ResourceRecord | undefined = resource; one; one = entry(api.resources, one.parentId)) {
    if (one.id === id) return true;
  }
  return false;
}

const variable = /^\{[a-zA-Z0-9._-]+\+?\}$/;
const literal = /^[a-zA-Z0-9._\-:]+$/;

/** @throws BadRequestException, ConflictException */
function checkPlace(api: ApiRecord, { id, parentId, pathPart = '' }: ResourceRecord): void {
  const parent = entry(api.resources, parentId);
  if (!variable.test(pathPart) && !literal.test(pathPart)) {
    throw badRequest(
      "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.",
    );
  }
  if (parent?.pathPart?.endsWith('+}')) {
    throw badRequest(`Cannot create a child of a resource with a greedy path variable: ${parent.pathPart}`);
  }
  const siblings = Object.values(api.resources).filter((one) => one.parentId === parentId && one.id !== id);
  if (siblings.some((one) => one.pathPart === pathPart)) {
    throw conflict(`Another resource with the same parent already has this name: ${pathPart}`);
  }
  const other = siblings.find((one) => variable.test(one.pathPart ?? ''));
  if (other && variable.test(pathPart)) {
    throw badRequest(
      `A sibling (${other.pathPart}) of this resource already has a variable path part -- only one is allowed`,
    );
  }
}

export function described(api: ApiRecord, resource: ResourceRecord, embed: readonly string[] = []): Resource {
  const { id, parentId, pathPart, methods } = resource;
  const whole = embed.includes('methods');
  const shown = Object.entries(methods).map(([name, method]) => [name, whole ? method : {}] as const);
  const resourceMethods = shown.length > 0 ? Object.fromEntries(shown) : undefined;
  return { id, parentId, pathPart, path: pathOf(api, resource), resourceMethods };
}
