// The local Cognito: user pools with their triggers, as far as bindings of functions need them. It signs nobody in.
import * as sdk from '@aws-sdk/client-cognito-identity-provider';
import type { Service, ServiceHost } from '../../service.ts';
import { type CognitoState, createCognitoState } from './state.ts';
import { poolTags, taggedPools } from './tags.ts';
import { userPools } from './user-pools.ts';

export function createCognitoService(host: ServiceHost): Service<typeof sdk, CognitoState> {
  const state = createCognitoState(host);
  return {
    name: 'cognito-idp',
    protocol: 'json-1.1',
    apiVersion: '2016-04-18',
    target: 'AWSCognitoIdentityProviderService',
    sdk,
    handlers: { ...userPools, ...poolTags },
    state,
    tagged: taggedPools(state),
    faulty: () => ({
      throttle: new sdk.TooManyRequestsException({ message: 'Rate exceeded', $metadata: {} }),
      500: new sdk.InternalErrorException({ message: 'An internal error occurred.', $metadata: {} }),
    }),
  };
}
