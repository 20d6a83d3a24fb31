// What carries certain tags in the region: asked of the Resource Groups Tagging API, loaded for this question only.
import {
  paginateGetResources,
  ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api';
import type { Tagged } from './aws.ts';

export { ResourceGroupsTaggingAPIClient };

/** `tags`: the values that are wanted for each key; none: any. Things of Lambda and CloudWatch Logs only. */
export async function askTagged(
  client: ResourceGroupsTaggingAPIClient,
  tags: Readonly<Record<string, readonly string[]>>,
): Promise<Tagged[]> {
  const TagFilters = Object.entries(tags).map(([Key, Values]) => ({
    Key,
    ...(Values.length > 0 ? { Values: [...Values] } : {}),
  }));
  const found: Tagged[] = [];
  const input = { TagFilters, ResourceTypeFilters: ['lambda', 'logs'], ResourcesPerPage: 100 };
  for await (const page of paginateGetResources({ client }, input)) {
    for (const { ResourceARN = '', Tags = [] } of page.ResourceTagMappingList ?? []) {
      const entries = Tags.map(({ Key = '', Value = '' }) => [Key, Value]);
      found.push({ arn: ResourceARN, tags: Object.fromEntries(entries) });
    }
  }
  return found;
}
