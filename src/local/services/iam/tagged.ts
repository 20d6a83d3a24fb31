// Roles as the Resource Groups Tagging API sees them: it tags them, and does not find them by tags.
import type { TaggedResources } from '../../faces.ts';
import { overLimit } from './errors.ts';
import { changeRole } from './roles/roles.ts';
import { type IamState, rolesOf } from './state.ts';
import { checkedTags } from './tags.ts';

export function taggedRoles(state: IamState): TaggedResources {
  return {
    list: () => [],
    *unlisted({ account }) {
      for (const role of rolesOf(state, account)) {
        yield {
          arn: role.arn,
          type: 'iam:role',
          tags: Object.fromEntries(role.tags.map(({ key, value }) => [key, value])),
          retag(tags) {
            const wanted = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
            if (wanted.length > 50) throw overLimit('Cannot exceed quota for TagsPerRole: 50');
            changeRole(state, account, role, { tags: checkedTags(wanted, 'any case') });
          },
        };
      }
    },
  };
}
