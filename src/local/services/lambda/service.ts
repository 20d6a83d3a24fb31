// The local Lambda.
import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-lambda';
import { Pool } from '../../runtime/pool.ts';
import type { Service, ServiceHost } from '../../service.ts';
import { cached } from '../../store/cached.ts';
import { codeSigning } from './code/signing.ts';
import { CodeStore } from './code/store.ts';
import { prewarmAll } from './concurrency/prewarm.ts';
import { provisionedConcurrency } from './concurrency/provisioned.ts';
import { concurrency } from './concurrency/reserved.ts';
import { tooMany } from './errors.ts';
import { eventSourceMappings } from './event-sources/mappings.ts';
import { Pollers } from './event-sources/pollers/pollers.ts';
import { requestTooLarge } from './functions/checks.ts';
import { functions } from './functions/functions.ts';
import { permissions } from './functions/permissions.ts';
import { recursion } from './functions/recursion.ts';
import { runtimeManagement } from './functions/runtime-management.ts';
import { updates } from './functions/updates.ts';
import { functionUrls } from './functions/urls.ts';
import { asyncWork } from './invocations/async-invocations.ts';
import { AsyncQueue } from './invocations/async-queue.ts';
import { functionsFace } from './invocations/deliver.ts';
import { eventInvokeConfigs } from './invocations/event-invoke-config.ts';
import { invocations } from './invocations/invoke.ts';
import { layers } from './layers/layers.ts';
import { layerPolicies } from './layers/policies.ts';
import type { LambdaState } from './state.ts';
import { taggedFunctions } from './tagged.ts';
import { tags } from './tags.ts';
import { functionUrlSite } from './urls/site.ts';
import { aliases } from './versions/aliases.ts';
import { versions } from './versions/versions.ts';

export function createLambdaService(host: ServiceHost): Service<typeof sdk, LambdaState> {
  const pool = new Pool({
    bootstraps: host.bootstraps,
    cache: join(host.dir, 'cache'),
    endpoint: () => host.endpoint(),
    log: ({ account, region, logGroup }, stream, message) => {
      host.face('logs').append({ account, region }, logGroup, stream, [{ timestamp: Date.now(), message }]);
    },
  });
  const { store, pace } = host;
  const queue = new AsyncQueue(
    store.collection('lambda/async-events'),
    asyncWork(() => state),
    pace.retryDelay,
  );
  const pollers = new Pollers(() => state);
  const state: LambdaState = {
    functions: cached(store.collection('lambda/functions')),
    aliases: cached(store.collection('lambda/aliases')),
    layers: store.collection('lambda/layers'),
    layerNumbers: store.collection('lambda/layer-numbers'),
    provisioned: store.collection('lambda/provisioned'),
    policies: cached(store.collection('lambda/policies')),
    policyRevisions: store.collection('lambda/policy-revisions'),
    invokeConfigs: store.collection('lambda/event-invoke-configs'),
    urls: cached(store.collection('lambda/urls')),
    formerUrls: store.collection('lambda/former-urls'),
    runtimeManagement: store.collection('lambda/runtime-management'),
    recursion: store.collection('lambda/recursion'),
    mappings: store.collection('lambda/event-source-mappings'),
    positions: store.collection('lambda/positions'),
    signing: store.collection('lambda/code-signing-configs'),
    ready: new Map(),
    meters: new Map(),
    code: new CodeStore(join(host.dir, 'code')),
    pool,
    queue,
    pollers,
    host,
    delays: { create: pace.createDelay, update: pace.updateDelay },
  };
  return {
    name: 'lambda',
    protocol: 'rest-json',
    apiVersion: '2015-03-31',
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
    faces: { functions: functionsFace(state) },
    site: functionUrlSite(state),
    tagged: taggedFunctions(state),
    tooLarge: requestTooLarge,
    faulty: () => ({
      throttle: tooMany('Rate exceeded', 'CallerRateLimitExceeded'),
      500: new sdk.ServiceException({
        message: 'An error occurred and the request cannot be processed.',
        Type: 'Service',
        $metadata: {},
      }),
    }),
    download: (path) => state.code.download(path),
    resume() {
      queue.resume();
      pollers.resume();
      prewarmAll(state);
    },
    close: async () => {
      queue.close();
      pollers.close();
      await pool.close();
    },
  };
}
