// Roles for the Resource Groups Tagging API, which tags them but does not find them by tags.
import type { TaggedResources } from '../../faces.ts';
import { toTagList } from '../tag-lists.ts';
import { change, type IamState, rolesOf } from './state.ts';
import { mostTags } from './tag-operations.ts';
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
            const wanted = toTagList(tags);
            if (wanted.length > 50) throw mostTags('Role');
            change(state.roles, account, role, { tags: checkedTags(wanted, 'any case') });
          },
        };
      }
    },
  };
}
