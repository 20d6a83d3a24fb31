// The local Lambda.
import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-lambda';
import { Pool } from '../../runtime/pool.ts';
import type { Service, ServiceHost } from '../../service.ts';
import { aliases } from './aliases.ts';
import { requestTooLarge } from './checks.ts';
import { CodeStore } from './code-store.ts';
import { concurrency } from './concurrency.ts';
import { functions } from './functions.ts';
import { invocations } from './invoke.ts';
import { layerPolicies } from './layer-policies.ts';
import { layers } from './layers.ts';
import { provisionedConcurrency } from './provisioned-concurrency.ts';
import type { AliasRecord, FunctionRecord, LambdaState, LayerRecord, ProvisionedRecord } from './state.ts';
import { tags } from './tags.ts';
import { updates } from './updates.ts';
import { versions } from './versions.ts';

export function createLambdaService(host: ServiceHost): Service<typeof sdk, LambdaState> {
  const pool = new Pool({
    bootstraps: host.bootstraps,
    cache: join(host.dir, 'cache'),
    endpoint: () => host.endpoint(),
    log: ({ account, region, logGroup }, stream, message) => {
      host.logs.append({ account, region }, logGroup, stream, [{ timestamp: Date.now(), message }]);
    },
  });
  const state: LambdaState = {
    functions: host.store.collection<FunctionRecord>('lambda/functions'),
    aliases: host.store.collection<AliasRecord>('lambda/aliases'),
    layers: host.store.collection<LayerRecord>('lambda/layers'),
    layerNumbers: host.store.collection<number>('lambda/layer-numbers'),
    provisioned: host.store.collection<ProvisionedRecord>('lambda/provisioned'),
    code: new CodeStore(join(host.dir, 'code')),
    pool,
    host,
    delays: { create: 0, update: 0 },
  };
  return {
    name: 'lambda',
    protocol: 'rest-json',
    sdk,
    state,
    handlers: {
      ...functions,
      ...updates,
      ...versions,
      ...aliases,
      ...layers,
      ...layerPolicies,
      ...tags,
      ...concurrency,
      ...provisionedConcurrency,
      ...invocations,
    },
    tooLarge: requestTooLarge,
    download: (path) => state.code.download(path),
    close: async () => pool.close(),
  };
}
