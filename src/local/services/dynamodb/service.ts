// The local DynamoDB: its handlers and state, and how Lambda reads the streams of tables.
import * as sdk from '@aws-sdk/client-dynamodb';
import type { Handlers, Service, ServiceHost } from '../../service.ts';
import { Expiry } from './expiry.ts';
import { batch } from './items/batch.ts';
import { lists } from './items/lists.ts';
import { single } from './items/single.ts';
import { transact } from './items/transact.ts';
import { partiql } from './partiql/execute.ts';
import { createDynamoState, type DynamoState, nameOf } from './state.ts';
import { tableStreams } from './streams/face.ts';
import { backups } from './tables/backups.ts';
import { limits } from './tables/limits.ts';
import { tables } from './tables/tables.ts';
import { taggedTables, tags } from './tables/tags.ts';
import { ttl } from './tables/ttl.ts';
import { update } from './tables/update.ts';

type DynamoHandlers = Handlers<typeof sdk, DynamoState>;

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
    handlers: afterNames({
      ...tables,
      ...update,
      ...tags,
      ...ttl,
      ...backups,
      ...limits,
      ...single,
      ...batch,
      ...transact,
      ...partiql,
      ...lists,
    }),
    state,
    faces: { tableStreams: tableStreams(state.log) },
    tagged: taggedTables(state),
    resume: () => expiry.resume(),
    async close() {
      expiry.close();
    },
  };
}

/** A wrong table name is refused before anything else is looked at. */
function afterNames(handlers: DynamoHandlers): DynamoHandlers {
  const entries = Object.entries(handlers).map(([name, handler]) => [
    name,
    (input: { TableName?: string }, context: unknown) => {
      if (input.TableName !== undefined) nameOf(input.TableName);
      return (handler as (...call: unknown[]) => unknown)(input, context);
    },
  ]);
  return Object.fromEntries(entries) as DynamoHandlers;
}
