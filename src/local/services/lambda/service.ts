// The local Lambda.
import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-lambda';
import { Pool } from '../../runtime/pool.ts';
import type { Service, ServiceHost } from '../../service.ts';
import { aliases } from './aliases.ts';
import { codeSigning } from './code-signing.ts';
import { CodeStore } from './code-store.ts';
import { concurrency } from './concurrency.ts';
import { eventInvokeConfigs } from './event-invoke-config.ts';
import { eventSourceMappings } from './event-source-mappings.ts';
import { functionUrls } from './function-urls.ts';
import { functions } from './functions.ts';
import { invocations } from './invoke.ts';
import { layerPolicies } from './layer-policies.ts';
import { layers } from './layers.ts';
import { permissions } from './permissions.ts';
import { provisionedConcurrency } from './provisioned-concurrency.ts';
import { recursion } from './recursion.ts';
import { runtimeManagement } from './runtime-management.ts';
import type { LambdaState } from './state.ts';
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
    functions: host.store.collection('lambda/functions'),
    aliases: host.store.collection('lambda/aliases'),
    layers: host.store.collection('lambda/layers'),
    layerNumbers: host.store.collection('lambda/layer-numbers'),
    provisioned: host.store.collection('lambda/provisioned'),
    policies: host.store.collection('lambda/policies'),
    invokeConfigs: host.store.collection('lambda/event-invoke-configs'),
    urls: host.store.collection('lambda/urls'),
    runtimeManagement: host.store.collection('lambda/runtime-management'),
    recursion: host.store.collection('lambda/recursion'),
    mappings: host.store.collection('lambda/event-source-mappings'),
    signing: host.store.collection('lambda/code-signing-configs'),
    code: new CodeStore(join(host.dir, 'code')),
    pool,
    host,
    delays: { create: host.pace.createDelay, update: host.pace.updateDelay },
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
      ...provisionedConcurrency,
      ...invocations,
      ...tags,
      ...permissions,
      ...concurrency,
      ...eventInvokeConfigs,
      ...functionUrls,
      ...eventSourceMappings,
      ...codeSigning,
      ...runtimeManagement,
      ...recursion,
    },
    download: (path) => state.code.download(path),
    close: async () => pool.close(),
  };
}
