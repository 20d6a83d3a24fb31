// Log groups as the Resource Groups Tagging API sees them.
import { scopePrefix } from '../../call.ts';
import type { TaggedResources } from '../../faces.ts';
import { groupArn, groupKey, type LogsState } from './state.ts';
import { checkTags } from './tags.ts';

export function taggedLogGroups(state: LogsState): TaggedResources {
  return {
    *list(call) {
      for (const [, group] of state.groups.entries(scopePrefix(call))) {
        yield {
          arn: groupArn(call, group.name),
          type: 'logs:log-group',
          tags: group.tags,
          retag(tags) {
            checkTags(tags, group.name);
            state.groups.put(groupKey(call, group.name), { ...group, tags });
          },
        };
      }
    },
  };
}
