// The local Resource Groups Tagging API, over the tagged resources of the other services.
import * as sdk from '@aws-sdk/client-resource-groups-tagging-api';
import type { Service, ServiceHost } from '../../service.ts';
import { resources } from './resources.ts';
import type { TaggingState } from './state.ts';
import { tagging } from './tagging.ts';

export function createTaggingService({ tagged }: ServiceHost): Service<typeof sdk, TaggingState> {
  return {
    name: 'tagging',
    protocol: 'json-1.1',
    apiVersion: '2017-01-26',
    target: 'ResourceGroupsTaggingAPI_20170126',
    sdk,
    handlers: { ...resources, ...tagging },
    state: { services: tagged },
    faulty: () => ({
      throttle: new sdk.ThrottledException({ message: 'Rate exceeded', $metadata: {} }),
      500: new sdk.InternalServiceException({ message: 'Internal service error', $metadata: {} }),
    }),
  };
}
