// Tags of functions.
import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-lambda';
import type { Call, Handlers } from '../../service.ts';
import { checkTags } from './checks.ts';
import { invalid } from './faults.ts';
import { findFunction, parseReference } from './references.ts';
import { type FunctionRecord, type LambdaState, save } from './state.ts';

export const tags: Handlers<typeof sdk, LambdaState> = {
  TagResource({ Resource, Tags = {} }, { state, call }) {
    const record = tagged(state, call, Resource);
    const all = { ...record.tags, ...Tags };
    checkTags(all);
    save(state, { ...record, tags: all, revisionId: randomUUID() });
    return {};
  },

  UntagResource({ Resource, TagKeys = [] }, { state, call }) {
    const record = tagged(state, call, Resource);
    const left = Object.fromEntries(Object.entries(record.tags).filter(([key]) => !TagKeys.includes(key)));
    save(state, { ...record, tags: left, revisionId: randomUUID() });
    return {};
  },

  ListTags({ Resource }, { state, call }) {
    return { Tags: tagged(state, call, Resource).tags };
  },
};

function tagged(state: LambdaState, call: Call, resource: string | undefined): FunctionRecord {
  const reference = parseReference(resource, call);
  if (reference.qualifier !== undefined) {
    throw invalid('Tags on function aliases and versions are not supported. Please specify a function ARN.');
  }
  return findFunction(state, call, reference);
}
