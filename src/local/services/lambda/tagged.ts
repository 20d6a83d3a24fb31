// Functions, event source mappings and code signing configurations, for the Resource Groups Tagging API.
import { randomUUID } from 'node:crypto';
import { type Call, scopePrefix } from '../../call.ts';
import type { TaggedResource, TaggedResources } from '../../faces.ts';
import { saveSigningConfig } from './code/signing.ts';
import { saveMapping } from './event-sources/mappings.ts';
import { checkTags } from './functions/checks.ts';
import { arnOf, type LambdaState, save } from './state.ts';

type Tags = Record<string, string>;

export function taggedFunctions(state: LambdaState): TaggedResources {
  return {
    *list(call) {
      const prefix = scopePrefix(call);
      for (const [, record] of state.functions.entries(prefix)) {
        if (record.version !== '$LATEST') continue;
        yield resource(arnOf(record), 'lambda:function', record.tags, (tags) =>
          save(state, { ...record, tags, revisionId: randomUUID() }),
        );
      }
      for (const [, record] of state.mappings.entries(prefix)) {
        if (record.transition?.state === 'Deleting') continue;
        yield resource(record.arn, 'lambda:event-source-mapping', record.tags, (tags) =>
          saveMapping(state, call, { ...record, tags }),
        );
      }
      yield* signingConfigs(state, call, prefix);
    },
  };
}

function* signingConfigs(state: LambdaState, call: Call, prefix: string): Generator<TaggedResource> {
  for (const [, record] of state.signing.entries(prefix)) {
    yield resource(record.arn, 'lambda:code-signing-config', record.tags, (tags) =>
      saveSigningConfig(state, call, { ...record, tags }),
    );
  }
}

function resource(arn: string, type: string, tags: Tags, put: (tags: Tags) => void): TaggedResource {
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
