// Tags of functions, event source mappings and code signing configurations.
import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-lambda';
import type { Call } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { findSigningConfig, saveSigningConfig } from './code/signing.ts';
import { invalid, notFound } from './errors.ts';
import { keptMapping, saveMapping } from './event-sources/mappings.ts';
import { checkTags } from './functions/checks.ts';
import { findFunction, parseReference } from './references.ts';
import { type LambdaState, save } from './state.ts';
import { Violations } from './violations.ts';

type Tags = Record<string, string>;

interface Tagged {
  readonly tags: Tags;
  put(tags: Tags): void;
}

const resourcePattern =
  'arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|capacity-provider:[a-zA-Z0-9-_]+)';

export const tags: Handlers<typeof sdk, LambdaState> = {
  TagResource({ Resource, Tags = {} }, { state, call }) {
    const resource = tagged(state, call, Resource);
    if (Object.keys(Tags).length === 0) {
      throw invalid('An error occurred and the request cannot be processed.');
    }
    const all = { ...resource.tags, ...Tags };
    checkTags(all);
    resource.put(all);
    return {};
  },

  UntagResource({ Resource, TagKeys = [] }, { state, call }) {
    const resource = tagged(state, call, Resource);
    resource.put(Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !TagKeys.includes(key))));
    return {};
  },

  ListTags({ Resource }, { state, call }) {
    return { Tags: tagged(state, call, Resource).tags };
  },
};

function tagged(state: LambdaState, call: Call, resource = ''): Tagged {
  new Violations()
    .pattern(resource, 'resource', resourcePattern)
    .length(resource, 'resource', 256, 1)
    .refuse();
  const [, , , , , kind, id] = resource.split(':');
  if (kind === 'event-source-mapping') {
    const record = keptMapping(state, call, id);
    if (!record) throw notFound(`Event source mapping not found: ${resource}`);
    return { tags: record.tags, put: (tags) => saveMapping(state, call, { ...record, tags }) };
  }
  if (kind === 'code-signing-config') {
    const record = findSigningConfig(state, call, resource);
    return { tags: record.tags, put: (tags) => saveSigningConfig(state, call, { ...record, tags }) };
  }
  if (kind === 'capacity-provider' || kind === 'layer') {
    throw invalid(`Tags of a ${kind.replace('-', ' ')} are not supported locally (slsctl local).`);
  }
  const reference = parseReference(resource, call);
  if (reference.qualifier !== undefined) {
    throw invalid('Tags on function aliases and versions are not supported. Please specify a function ARN.');
  }
  const record = findFunction(state, call, reference);
  return {
    tags: record.tags,
    put: (tags) => save(state, { ...record, tags, revisionId: randomUUID() }),
  };
}
