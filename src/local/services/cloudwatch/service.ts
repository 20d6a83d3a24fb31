// The local CloudWatch: metrics only.
import * as sdk from '@aws-sdk/client-cloudwatch';
import type { Service, ServiceHost } from '../../service.ts';
import { data } from './data.ts';
import { list } from './list.ts';
import { put } from './put.ts';
import { Metrics } from './state.ts';

export function createCloudWatchService({ store, now }: ServiceHost): Service<typeof sdk, Metrics> {
  const state = new Metrics(store, now);
  return {
    name: 'monitoring',
    protocol: 'query-compatible',
    apiVersion: '2010-08-01',
    target: 'GraniteServiceVersion20100801',
    namespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
    sdk,
    handlers: { ...put, ...data, ...list },
    state,
    faces: { metrics: state },
    flush: () => state.flush(),
  };
}
