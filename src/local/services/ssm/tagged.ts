// Parameters as the Resource Groups Tagging API sees them.
import { scopePrefix } from '../../call.ts';
import type { TaggedResources } from '../../faces.ts';
import { parameterArn, type SsmState } from './state.ts';
import { retag } from './tags.ts';

export function taggedParameters(state: SsmState): TaggedResources {
  return {
    *list(call) {
      for (const [, parameter] of state.parameters.entries(scopePrefix(call))) {
        yield {
          arn: parameterArn(call, parameter.name),
          type: 'ssm:parameter',
          tags: parameter.tags,
          retag: (tags) => retag(state, call, parameter, tags),
        };
      }
    },
  };
}
