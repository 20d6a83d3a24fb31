// VPC links. They are kept; there is no VPC that they could lead to.
import type * as sdk from '@aws-sdk/client-api-gateway';
import type { VpcLink } from '@aws-sdk/client-api-gateway';
import { type Scope, scopePrefix } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { badRequest, notFound } from '../errors.ts';
import { newId } from '../ids.ts';
import { pageOf } from '../page.ts';
import { patched, type Rules, text } from '../patches/patches.ts';
import { type ApiGatewayState, apiKey as keyOf } from '../state.ts';
import { Violations } from '../violations.ts';

type LinkRecord = VpcLink & { readonly id: string };

export const vpcLinks: Handlers<typeof sdk, ApiGatewayState> = {
  /** AWS needs minutes for it; here it is ready with the next request. */
  CreateVpcLink({ name, description, targetArns = [], tags }, { state, call }) {
    if (!name) throw badRequest('Name cannot be empty');
    const malformed = targetArns.find((arn) => !/^arn:[\w-]+:[\w-]+:[\w-]*:\d*:.+$/.test(arn));
    if (malformed !== undefined) throw badRequest(`Invalid ARN. ARN is not well formed ${malformed}`);
    const named = { id: newId(6), name, description: description || undefined, targetArns };
    const kept = tags && Object.keys(tags).length > 0 ? { tags } : {};
    const ready = { status: 'AVAILABLE' as const, statusMessage: 'Your vpc link is ready for use' };
    state.links.put(keyOf(call, named.id), { ...named, ...ready, ...kept });
    return { ...named, status: 'PENDING', ...kept };
  },

  GetVpcLink({ vpcLinkId }, { state, call }) {
    const link = requireLink(state, call, vpcLinkId);
    return { ...link, tags: { ...link.tags } };
  },

  GetVpcLinks({ limit, position }, { state, call }) {
    const all = Array.from(state.links.entries(scopePrefix(call)), ([, link]) => link);
    const { items, next } = pageOf(all, ({ id }) => id, position, limit);
    return { items, position: next };
  },

  UpdateVpcLink({ vpcLinkId, patchOperations }, { state, call }) {
    new Violations().operations(patchOperations, 'updateVpcLinkInput').refuse();
    const link = patched(requireLink(state, call, vpcLinkId), patchOperations, rules);
    state.links.put(keyOf(call, link.id), link);
    return { ...link, tags: { ...link.tags } };
  },

  DeleteVpcLink({ vpcLinkId }, { state, call }) {
    state.links.remove(keyOf(call, requireLink(state, call, vpcLinkId).id));
    return {};
  },
};

const rules: Rules<LinkRecord> = { '/name': text('name'), '/description': text('description') };

/** @throws NotFoundException */
function requireLink(state: ApiGatewayState, scope: Scope, id = ''): LinkRecord {
  const link = state.links.get(keyOf(scope, id));
  if (!link) throw notFound('Invalid Vpc Link identifier specified');
  return link;
}
