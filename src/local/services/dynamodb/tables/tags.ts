// Tags of tables.
import type * as sdk from '@aws-sdk/client-dynamodb';
import { type Scope, scopePrefix } from '../../../call.ts';
import type { TaggedResources } from '../../../faces.ts';
import type { Handlers } from '../../../service.ts';
import { ServiceError } from '../../../service-error.ts';
import { fromTagList, toTagList } from '../../tag-lists.ts';
import { noResource, validation } from '../errors.ts';
import { type DynamoState, lookUp, save, type TableRecord, tableArn } from '../state.ts';
import { checkTags } from './tag-rules.ts';

export const tags: Handlers<typeof sdk, DynamoState> = {
  TagResource({ ResourceArn, Tags = [] }, { state, call }) {
    const table = tableOf(state, call, ResourceArn);
    if (Tags.length === 0) throw validation('Atleast one Tag needs to be provided as Input.');
    retag(state, table, { ...table.tags, ...fromTagList(Tags) });
    return {};
  },

  UntagResource({ ResourceArn, TagKeys = [] }, { state, call }) {
    const table = tableOf(state, call, ResourceArn);
    if (TagKeys.length === 0) throw validation('Atleast one Tag Key needs to be provided as Input.');
    const kept = Object.entries(table.tags).filter(([key]) => !TagKeys.includes(key));
    retag(state, table, Object.fromEntries(kept));
    return {};
  },

  ListTagsOfResource({ ResourceArn }, { state, call }) {
    return { Tags: toTagList(tableOf(state, call, ResourceArn).tags) };
  },
};

function retag(state: DynamoState, table: TableRecord, all: Record<string, string>): void {
  checkTags(all);
  save(state, { ...table, tags: all });
}

function tableOf(state: DynamoState, scope: Scope, arn = ''): TableRecord {
  if (!/^arn:[\w-]+:dynamodb:[^:]*:[^:]*:table\/[^/]{3,}$/.test(arn)) {
    throw validation(`Invalid TableArn: Invalid ResourceArn provided as input ${arn}`);
  }
  if (arn.split(':')[4] !== scope.account) {
    throw new ServiceError('AccessDeniedException', `User is not authorized to access this resource: ${arn}`);
  }
  const table = lookUp(state, scope, arn);
  if (!table) throw noResource(arn);
  return table;
}

export function taggedTables(state: DynamoState): TaggedResources {
  return {
    *list(call) {
      for (const [, table] of state.tables.entries(scopePrefix(call))) {
        yield {
          arn: tableArn(table, table.name),
          type: 'dynamodb:table',
          tags: table.tags,
          retag: (all) => retag(state, table, all),
        };
      }
    },
  };
}
