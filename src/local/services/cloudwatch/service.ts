// The local CloudWatch, as far as metrics go.
import * as sdk from '@aws-sdk/client-cloudwatch';
import type { Service } from '../../service.ts';
import type { Store } from '../../store/store.ts';
import { data } from './data.ts';
import { list } from './list.ts';
import { put } from './put.ts';
import { Metrics } from './state.ts';

export function createCloudWatchService(store: Store): Service<typeof sdk, Metrics> {
  const state = new Metrics(store);
  return {
    name: 'monitoring',
    protocol: 'query-compatible',
    sdk,
    handlers: { ...put, ...data, ...list },
    state,
    close: async () => state.flush(),
  };
}
