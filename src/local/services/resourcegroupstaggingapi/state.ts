// The services whose resources the Resource Groups Tagging API lists and tags.
import { InvalidParameterException } from '@aws-sdk/client-resource-groups-tagging-api';
import type { Call } from '../../call.ts';
import type { TaggedResource, TaggedResources } from '../../faces.ts';

export interface TaggingState {
  services(): readonly TaggedResources[];
}

export const invalid = (message: string) => new InvalidParameterException({ message, $metadata: {} });

/** The listed resources of this account and region, sorted by ARN. */
export function taggedIn({ services }: TaggingState, call: Call): TaggedResource[] {
  return services()
    .flatMap((service) => [...service.list(call)])
    .filter(({ tags }) => Object.keys(tags).length > 0)
    .sort((a, b) => (a.arn < b.arn ? -1 : 1));
}

/** The resources that can be tagged, by ARN. */
export function taggable({ services }: TaggingState, call: Call): Map<string, TaggedResource> {
  const all = services().flatMap((service) => [...service.list(call), ...(service.unlisted?.(call) ?? [])]);
  return new Map(all.map((resource) => [resource.arn, resource]));
}
