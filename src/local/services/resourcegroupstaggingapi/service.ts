// The local Resource Groups Tagging API, over what the other services show of their tags.
import * as sdk from '@aws-sdk/client-resource-groups-tagging-api';
import type { Service, TaggedResources } from '../../service.ts';
import { resources } from './resources.ts';
import type { TaggingState } from './state.ts';
import { tagging } from './tagging.ts';

export function createTaggingService(
  services: readonly TaggedResources[],
): Service<typeof sdk, TaggingState> {
  return {
    name: 'tagging',
    protocol: 'json-1.1',
    sdk,
    handlers: { ...resources, ...tagging },
    state: { services },
  };
}
