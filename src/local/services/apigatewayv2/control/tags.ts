// Tags of APIs, stages and custom domain names.
import type * as sdk from '@aws-sdk/client-apigatewayv2';
import { type Call, scopePrefix } from '../../../call.ts';
import type { TaggedResource, TaggedResources } from '../../../faces.ts';
import type { Handlers } from '../../../service.ts';
import { bad, notFound } from '../errors.ts';
import { apiKey, arnOf, type HttpApisState, requireApi, requirePart } from '../state.ts';
import { checkTags } from './checks.ts';

export const tags: Handlers<typeof sdk, HttpApisState> = {
  TagResource({ ResourceArn, Tags = {} }, { state, call }) {
    const resource = resourceAt(state, call, ResourceArn);
    resource.retag({ ...resource.tags, ...Tags });
    return {};
  },

  UntagResource({ ResourceArn, TagKeys = [] }, { state, call }) {
    const resource = resourceAt(state, call, ResourceArn);
    const kept = Object.entries(resource.tags).filter(([key]) => !TagKeys.includes(key));
    resource.retag(Object.fromEntries(kept));
    return {};
  },

  GetTags({ ResourceArn }, { state, call }) {
    return { Tags: { ...resourceAt(state, call, ResourceArn).tags } };
  },
};

export const taggedApis = (state: HttpApisState): TaggedResources => ({
  *list(call) {
    const prefix = scopePrefix(call);
    for (const [key, { id }] of state.apis.entries(prefix)) {
      yield taggedApi(state, call, id);
      for (const [, { name }] of state.stages.entries(`${key}/`)) yield taggedStage(state, call, id, name);
    }
    for (const [, { name }] of state.domains.entries(prefix)) yield taggedDomain(state, call, name);
  },
});

/** @throws NotFoundException, BadRequestException for an ARN of something else */
function resourceAt(state: HttpApisState, call: Call, arn = ''): TaggedResource {
  const prefix = arnOf(call, '/');
  const [kind, id = '', stages, stage = '', ...more] = arn.slice(prefix.length).split('/');
  if (arn.startsWith(prefix) && more.length === 0) {
    if (kind === 'domainnames' && id !== '' && stages === undefined) return taggedDomain(state, call, id);
    if (kind === 'apis' && stages === undefined) return taggedApi(state, call, id);
    if (kind === 'apis' && stages === 'stages') return taggedStage(state, call, id, stage);
  }
  throw bad('Invalid ARN specified in the request');
}

function taggedApi(state: HttpApisState, call: Call, id: string): TaggedResource {
  const record = requireApi(state, call, id);
  return resource(arnOf(call, `/apis/${id}`), 'apigateway:apis', record.tags, (tags) =>
    state.apis.put(apiKey(call, id), { ...record, tags }),
  );
}

function taggedStage(state: HttpApisState, call: Call, api: string, name: string): TaggedResource {
  const record = requirePart(state, state.stages, call, api, name, 'stage');
  return resource(arnOf(call, `/apis/${api}/stages/${name}`), 'apigateway:apis', record.tags, (tags) =>
    state.stages.put(`${apiKey(call, api)}/${name}`, { ...record, tags }),
  );
}

function taggedDomain(state: HttpApisState, call: Call, name: string): TaggedResource {
  const record = state.domains.get(apiKey(call, name));
  if (!record) throw notFound('Invalid domain name identifier specified');
  return resource(arnOf(call, `/domainnames/${name}`), 'apigateway:domainnames', record.tags, (tags) =>
    state.domains.put(apiKey(call, name), { ...record, tags }),
  );
}

function resource(
  arn: string,
  type: string,
  tags: Readonly<Record<string, string>>,
  put: (tags: Record<string, string>) => void,
): TaggedResource {
  return {
    arn,
    type,
    tags,
    retag(all) {
      checkTags(all);
      put(all);
    },
  };
}
