// GetResources, GetTagKeys and GetTagValues.
import type * as sdk from '@aws-sdk/client-resource-groups-tagging-api';
import {
  type GetResourcesInput,
  PaginationTokenExpiredException,
  type TagFilter,
} from '@aws-sdk/client-resource-groups-tagging-api';
import type { TaggedResource } from '../../faces.ts';
import type { Handlers } from '../../service.ts';
import { page } from '../pages.ts';
import { toTagList } from '../tag-lists.ts';
import { invalid, type TaggingState, taggedIn } from './state.ts';

/** The default page size, in resources and in tags. */
const resourcesPerPage = 50;

export const resources: Handlers<typeof sdk, TaggingState> = {
  GetResources(input, { call, state }) {
    checkInput(input);
    const { ResourceARNList: arns, TagFilters = [], ResourceTypeFilters: types = [] } = input;
    const found = taggedIn(state, call).filter(
      (resource) =>
        (arns === undefined || arns.includes(resource.arn)) &&
        (types.length === 0 || types.some((type) => isOfType(resource, type))) &&
        TagFilters.every((filter) => passes(resource, filter)),
    );
    const limit = limitOf(input, found);
    const { items, next } = page(found, ({ arn }) => arn, input.PaginationToken, limit, expired);
    return {
      PaginationToken: next ?? '',
      ResourceTagMappingList: items.map(({ arn, tags }) => ({
        ResourceARN: arn,
        Tags: toTagList(tags),
      })),
    };
  },

  GetTagKeys({ PaginationToken }, { call, state }) {
    const keys = new Set(taggedIn(state, call).flatMap(({ tags }) => Object.keys(tags)));
    const { items, next } = page([...keys].sort(), (key) => key, PaginationToken, 1000, expired);
    return { PaginationToken: next ?? '', TagKeys: items };
  },

  GetTagValues({ Key = '', PaginationToken }, { call, state }) {
    const values = new Set(
      taggedIn(state, call).flatMap(({ tags }) => (tags[Key] === undefined ? [] : [tags[Key]])),
    );
    const { items, next } = page([...values].sort(), (value) => value, PaginationToken, 1000, expired);
    return { PaginationToken: next ?? '', TagValues: items };
  },
};

const expired = () =>
  new PaginationTokenExpiredException({
    message: 'The specified PaginationToken has expired or is not valid.',
    $metadata: {},
  });

function checkInput(input: GetResourcesInput): void {
  const { ResourcesPerPage: perPage, TagsPerPage: tags, ResourceARNList: arns, TagFilters = [] } = input;
  if (perPage !== undefined && !(perPage >= 1 && perPage <= 100)) {
    throw invalid('ResourcesPerPage must be between 1 and 100');
  }
  if (tags !== undefined && !(tags >= 100 && tags <= 500 && tags % 100 === 0)) {
    throw invalid('TagsPerPage must be between 100 and 500, in increments of 100');
  }
  if (arns !== undefined && (arns.length < 1 || arns.length > 100)) {
    throw invalid('ResourceARNList must have between 1 and 100 items');
  }
  const narrowed =
    TagFilters.length > 0 ||
    (input.ResourceTypeFilters ?? []).length > 0 ||
    perPage ||
    tags ||
    input.PaginationToken;
  if (arns !== undefined && narrowed) {
    throw invalid(
      'ResourceARNList cannot be used with pagination parameters, TagFilters or ResourceTypeFilters',
    );
  }
  if (TagFilters.length > 50) throw invalid('TagFilters must have at most 50 items');
  for (const { Key, Values = [] } of TagFilters) {
    if (!Key) throw invalid('Tag filter must have a Key');
    if (Values.length > 20) throw invalid('A tag filter must have at most 20 values');
  }
}

/** TagsPerPage limits the total number of tags on a page; the tags of one resource stay on one page. */
function limitOf(
  { ResourcesPerPage, TagsPerPage, ResourceARNList }: GetResourcesInput,
  found: TaggedResource[],
): number {
  if (ResourceARNList) return ResourceARNList.length;
  if (TagsPerPage === undefined) return ResourcesPerPage ?? resourcesPerPage;
  let count = 0;
  const resources = found.findIndex(({ tags }) => {
    count += Object.keys(tags).length;
    return count > TagsPerPage;
  });
  return resources < 0 ? found.length : Math.max(resources, 1);
}

/** `lambda` matches every resource of the service, `lambda:function` its functions. */
function isOfType({ type }: TaggedResource, wanted: string): boolean {
  return type === wanted || type.startsWith(`${wanted}:`);
}

/** Without values, the key alone decides. */
function passes({ tags }: TaggedResource, { Key = '', Values = [] }: TagFilter): boolean {
  const value = tags[Key];
  return value !== undefined && (Values.length === 0 || Values.includes(value));
}
