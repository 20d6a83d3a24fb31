// The local Systems Manager, as far as Parameter Store goes.
import * as sdk from '@aws-sdk/client-ssm';
import type { Service } from '../../service.ts';
import type { Store } from '../../store/store.ts';
import { deletion } from './delete.ts';
import { describe } from './describe.ts';
import { get } from './get.ts';
import { put } from './put.ts';
import { createSsmState, type SecretReader, type SsmState } from './state.ts';
import { tags } from './tags.ts';

export function createSsmService(
  store: Store,
  secret: SecretReader = () => undefined,
): Service<typeof sdk, SsmState> {
  return {
    name: 'ssm',
    protocol: 'json-1.1',
    sdk,
    handlers: { ...put, ...get, ...describe, ...deletion, ...tags },
    state: createSsmState(store, secret),
  };
}
