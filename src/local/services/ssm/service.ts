// The local Systems Manager: Parameter Store only.
import * as sdk from '@aws-sdk/client-ssm';
import type { Service, ServiceHost } from '../../service.ts';
import { deletion } from './delete.ts';
import { describe } from './describe.ts';
import { get } from './get.ts';
import { put } from './put.ts';
import { createSsmState, type SsmState } from './state.ts';
import { taggedParameters } from './tagged.ts';
import { tags } from './tags.ts';

export function createSsmService(host: ServiceHost): Service<typeof sdk, SsmState> {
  const state = createSsmState(host.store, (scope, id) => host.face('secrets').read(scope, id));
  return {
    name: 'ssm',
    protocol: 'json-1.1',
    apiVersion: '2014-11-06',
    target: 'AmazonSSM',
    sdk,
    handlers: { ...put, ...get, ...describe, ...deletion, ...tags },
    state,
    tagged: taggedParameters(state),
    faulty: () => ({
      500: new sdk.InternalServerError({ message: 'An internal error occurred.', $metadata: {} }),
    }),
  };
}
