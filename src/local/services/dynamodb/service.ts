// The local DynamoDB: its handlers and state, and how Lambda reads the streams of tables.
import * as sdk from '@aws-sdk/client-dynamodb';
import type { Service, ServiceHost } from '../../service.ts';
import { Expiry } from './expiry.ts';
import { batch } from './items/batch.ts';
import { lists } from './items/lists.ts';
import { single } from './items/single.ts';
import { createDynamoState, type DynamoState } from './state.ts';
import { limits } from './tables/limits.ts';
import { tables } from './tables/tables.ts';
import { taggedTables, tags } from './tables/tags.ts';

export function createDynamoService(host: ServiceHost): Service<typeof sdk, DynamoState> {
  const state = createDynamoState(host);
  const expiry = new Expiry(state);
  state.expires = (due) => expiry.plan(due);
  return {
    name: 'dynamodb',
    protocol: 'json-1.0',
    apiVersion: '2012-08-10',
    target: 'DynamoDB_20120810',
    sdk,
    handlers: { ...tables, ...tags, ...limits, ...single, ...batch, ...lists },
    state,
    tagged: taggedTables(state),
    resume: () => expiry.resume(),
    async close() {
      expiry.close();
    },
  };
}
