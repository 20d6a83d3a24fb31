// The local STS: the caller's identity, and temporary credentials.
import * as sdk from '@aws-sdk/client-sts';
import type { Service, ServiceHost } from '../../service.ts';
import { credentials } from './credentials.ts';
import { rolesOf } from './roles.ts';
import { type StsState, stsState } from './state.ts';

export function createStsService({ store, pace, now }: ServiceHost): Service<typeof sdk, StsState> {
  const state = stsState(store, now);
  return {
    name: 'sts',
    protocol: 'query',
    apiVersion: '2011-06-15',
    sdk,
    handlers: credentials,
    state,
    faces: { roles: rolesOf(state, pace.iamDelay) },
    holder: (accessKeyId) => state.sessions.lookup(accessKeyId),
  };
}
