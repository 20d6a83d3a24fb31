// Local services composed as in the program, for tests: a store in memory, no delays, and stand-ins for faces.
import { type AnyService, compose, type ServiceFactory } from '../../src/local/compose.ts';
import type { Faces, Functions, RecordSink, RecordStreams } from '../../src/local/faces.ts';
import type { Surroundings } from '../../src/local/service.ts';
import { noSuchBucket } from '../../src/local/services/s3/errors.ts';
import { someone } from './call.ts';
import { memoryStore } from './memory-store.ts';

export const instant = { latency: 0, iamDelay: 0, createDelay: 0, updateDelay: 0, retryDelay: 0 };

/** There is no folder for bulk data unless `dir` is given. */
export function surroundings(changes: Partial<Surroundings> = {}): Surroundings {
  return {
    store: memoryStore(),
    dir: '/nowhere',
    bootstraps: '/nowhere',
    pace: instant,
    endpoint: () => someone().endpoint,
    now: Date.now,
    ...changes,
  };
}

/** One service, and the others that it needs. */
export function alone<S extends AnyService>(
  factory: ServiceFactory<S>,
  changes: Partial<Surroundings> = {},
  faces: Partial<Faces> = {},
): S {
  return compose({ factory, standIn: standIn(faces) }, surroundings(changes)).of(factory);
}

/** A service that only offers these faces. */
export const standIn =
  (faces: Partial<Faces>): ServiceFactory =>
  () => ({ name: 'stand-in', protocol: 'json-1.1', apiVersion: '', sdk: {}, handlers: {}, state: {}, faces });

/** Functions that are only invoked asynchronously. */
export const asynchronous: Pick<Functions, 'invoke'> = {
  invoke: async (arn) => {
    throw new Error(`${arn} is not invoked synchronously in this test`);
  },
};

const emptyStreams: RecordStreams & RecordSink = {
  describe: () => ({ shards: [] }),
  place: () => '',
  read: () => ({ records: [], place: '', ended: false, behind: 0 }),
  put: () => {},
  watch: () => () => {},
};

/**
 * The faces that Lambda needs in a test of its own: every role can be assumed and may do everything, every queue and
 * stream exists and is empty, no bucket exists, the rest is discarded.
 */
export const lonely: Partial<Faces> = {
  logs: { append: () => {} },
  metrics: { meter: () => ({ add: () => {} }) },
  roles: {
    assumable: () => true,
    session: () => ({ accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' }),
  },
  policies: { allowsRole: () => true, allowsCaller: () => true, allowsService: () => true },
  queues: {
    describe: () => ({ fifo: false, visibilityTimeout: 30 }),
    send: () => '',
    receive: () => [],
    remove: () => {},
    watch: () => () => {},
  },
  kinesis: emptyStreams,
  tableStreams: emptyStreams,
  objects: {
    read: async (_call, { bucket }) => {
      throw noSuchBucket(bucket);
    },
    write: async (_scope, { bucket }) => {
      throw noSuchBucket(bucket);
    },
  },
};
