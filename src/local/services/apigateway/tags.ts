// Tags of everything in API Gateway that can have tags, by its ARN.
import type * as sdk from '@aws-sdk/client-api-gateway';
import { type Scope, scopePrefix } from '../../call.ts';
import type { TaggedResource, TaggedResources } from '../../faces.ts';
import type { Handlers } from '../../service.ts';
import { badRequest, notFound } from './errors.ts';
import { type ApiGatewayState, arnOf, saveApi } from './state.ts';

type Tags = Record<string, string>;

export const tags: Handlers<typeof sdk, ApiGatewayState> = {
  TagResource({ resourceArn, tags = {} }, { state, call }) {
    const resource = requireTagged(state, call, resourceArn);
    resource.retag({ ...resource.tags, ...tags });
    return {};
  },

  UntagResource({ resourceArn, tagKeys = [] }, { state, call }) {
    const resource = requireTagged(state, call, resourceArn);
    const kept = Object.entries(resource.tags).filter(([key]) => !tagKeys.includes(key));
    resource.retag(Object.fromEntries(kept));
    return {};
  },

  GetTags({ resourceArn }, { state, call }) {
    return { tags: { ...requireTagged(state, call, resourceArn).tags } };
  },
};

export const taggedResources = (state: ApiGatewayState): TaggedResources => ({
  list: (call) => everything(state, call),
});

function* everything(state: ApiGatewayState, scope: Scope): Generator<TaggedResource> {
  const prefix = scopePrefix(scope);
  const resource = (
    path: string,
    kind: string,
    tags: Readonly<Tags> | undefined,
    save: (tags: Tags | undefined) => void,
  ): TaggedResource => ({
    arn: arnOf(scope, path),
    type: `apigateway:${kind}`,
    tags: tags ?? {},
    retag(all) {
      checkTags(all);
      save(Object.keys(all).length > 0 ? all : undefined);
    },
  });
  for (const [, api] of state.apis.entries(prefix)) {
    const path = `/restapis/${api.id}`;
    yield resource(path, 'restapis', api.tags, (tags) => saveApi(state, { ...api, tags }));
    for (const stage of Object.values(api.stages)) {
      yield resource(`${path}/stages/${stage.stageName}`, 'stages', stage.tags, (tags) => {
        const current = state.apis.get(prefix + api.id) ?? api;
        saveApi(state, { ...current, stages: { ...current.stages, [stage.stageName]: { ...stage, tags } } });
      });
    }
  }
  for (const [key, record] of state.keys.entries(prefix)) {
    const save = (tags: Tags | undefined) => state.keys.put(key, { ...record, tags });
    yield resource(`/apikeys/${record.id}`, 'apikeys', record.tags, save);
  }
  for (const [key, plan] of state.plans.entries(prefix)) {
    const save = (tags: Tags | undefined) => state.plans.put(key, { ...plan, tags });
    yield resource(`/usageplans/${plan.id}`, 'usageplans', plan.tags, save);
  }
  for (const [key, domain] of state.domains.entries(prefix)) {
    const save = (tags: Tags | undefined) => state.domains.put(key, { ...domain, tags });
    yield resource(`/domainnames/${domain.domainName}`, 'domainnames', domain.tags, save);
  }
}

/** @throws NotFoundException, BadRequestException for an ARN of something else */
function requireTagged(state: ApiGatewayState, scope: Scope, arn = ''): TaggedResource {
  const decoded = decodeURIComponent(arn);
  if (!decoded.startsWith(arnOf(scope, '/'))) throw badRequest('Invalid ARN specified in the request');
  for (const resource of everything(state, scope)) if (resource.arn === decoded) return resource;
  throw notFound('Invalid Resource identifier specified');
}

/** @throws BadRequestException */
function checkTags(tags: Readonly<Tags>): void {
  if (Object.keys(tags).length > 50) throw badRequest('A resource can have at most 50 tags.');
  const reserved = Object.keys(tags).find((key) => key.startsWith('aws:'));
  if (reserved) throw badRequest(`Invalid tag key: ${reserved}. Tag keys cannot start with aws:`);
}
