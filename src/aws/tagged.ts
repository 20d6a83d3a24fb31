// Finds resources by their tags, with the Resource Groups Tagging API. A separate file, so that its client is loaded only when needed.
import {
  paginateGetResources,
  type ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api';

export interface Tagged {
  arn: string;
  tags: Record<string, string>;
}

/** `types`: the API's own, like `lambda`. `tags`: the accepted values for each key; an empty list accepts any value. */
export async function askTagged(
  client: ResourceGroupsTaggingAPIClient,
  types: readonly string[],
  tags: Readonly<Record<string, readonly string[]>>,
): Promise<Tagged[]> {
  const TagFilters = Object.entries(tags).map(([Key, Values]) => ({
    Key,
    ...(Values.length > 0 ? { Values: [...Values] } : {}),
  }));
  const resources: Tagged[] = [];
  const input = { TagFilters, ResourceTypeFilters: [...types], ResourcesPerPage: 100 };
  for await (const page of paginateGetResources({ client }, input)) {
    for (const { ResourceARN = '', Tags = [] } of page.ResourceTagMappingList ?? []) {
      const entries = Tags.map(({ Key = '', Value = '' }) => [Key, Value]);
      resources.push({ arn: ResourceARN, tags: Object.fromEntries(entries) });
    }
  }
  return resources;
}
