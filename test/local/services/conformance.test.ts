// The checks that every service of services/all.ts must pass, in each of its protocols and with its resources.
import { join } from 'node:path';
import type { GetResourcesCommandOutput } from '@aws-sdk/client-resource-groups-tagging-api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Composed, compose } from '../../../src/local/compose.ts';
import { operationsOf } from '../../../src/local/protocols/operations.ts';
import type { Service } from '../../../src/local/service.ts';
import * as all from '../../../src/local/services/all.ts';
import { createTaggingService } from '../../../src/local/services/resourcegroupstaggingapi/service.ts';
import { openStore } from '../../../src/local/store/lmdb-store.ts';
import type { Store } from '../../../src/local/store/store.ts';
import { temporaryFolder } from '../../support/project.ts';
import { callerOf, someone } from '../call.ts';
import { lonely, standIn, surroundings } from '../composed.ts';
import { type Answered, type Asked, type SignedServer, signedServer } from '../signed-server.ts';
import { asked, documentOf, type Reached, reached, type Wire, wiresOf } from '../wires.ts';
import { type Ask, type Sample, sampleName, samples } from './samples.ts';

const services = compose(all, surroundings()).services;
const spoken = services.flatMap((service) =>
  wiresOf(service).map((wire) => ({ service, wire, name: service.name })),
);

interface Dialect {
  readonly contentType: string;
  /** Codes for an unsupported operation, an unknown operation, and a request without a signature. */
  readonly unsupported: string;
  readonly unknown: string;
  readonly unsigned: string;
  /** A body that is not valid. */
  readonly malformed: string;
}

/** The namespaces of XML in Query, from AWS's models of the services. */
const namespaces: Record<string, string> = {
  elasticloadbalancing: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
  monitoring: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
  ses: 'http://ses.amazonaws.com/doc/2010-12-01/',
  sns: 'http://sns.amazonaws.com/doc/2010-03-31/',
  sqs: 'http://queue.amazonaws.com/doc/2012-11-05/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
};

const newer = {
  unsupported: 'UnsupportedOperationException',
  unknown: 'UnknownOperationException',
  unsigned: 'MissingAuthenticationTokenException',
  malformed: '{"',
};
const dialects: Record<Wire, Dialect> = {
  'json-1.0': { ...newer, contentType: 'application/x-amz-json-1.0' },
  'json-1.1': { ...newer, contentType: 'application/x-amz-json-1.1' },
  'rest-json': { ...newer, contentType: 'application/json', unknown: 'AccessDeniedException' },
  cbor: { ...newer, contentType: 'application/cbor' },
  'cbor-1.1': { ...newer, contentType: 'application/x-amz-cbor-1.1' },
  query: {
    contentType: 'text/xml',
    unsupported: 'UnsupportedOperation',
    unknown: 'InvalidAction',
    unsigned: 'MissingAuthenticationToken',
    malformed: 'a=%zz',
  },
  'rest-xml': {
    contentType: 'text/xml',
    unsupported: 'UnsupportedOperation',
    unknown: 'InvalidAction',
    unsigned: 'MissingAuthenticationToken',
    malformed: '<cut',
  },
  s3: {
    contentType: 'application/xml',
    unsupported: 'NotImplemented',
    unknown: 'MethodNotAllowed',
    unsigned: 'AccessDenied',
    malformed: '<cut',
  },
};

let server: SignedServer;
beforeAll(async () => {
  // The SDK's decoder of CBOR warns of lengths that are far too large.
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  server = await signedServer();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await server.close();
});

/** The refusal has the form that clients of this protocol expect, with the id of the request. */
function expectRefusal(
  { service, wire }: { service: Service; wire: Wire },
  answer: Answered,
  wanted: { status: number; code: string },
): void {
  expect({ status: answer.status, code: answer.code }).toEqual(wanted);
  expect(answer.headers['content-type']).toBe(dialects[wire].contentType);
  expect(answer.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  if (wire === 'query') {
    expect(answer.body).toContain(`xmlns="${namespaces[service.name]}"`);
  }
}

describe.each(spoken)('$name in $wire', ({ service, wire }) => {
  const own = { service, wire };
  const dialect = dialects[wire];
  const handled = reached([service]).filter((one) => one.wire === wire);
  const some = handled[0] as Reached;

  it('refuses an operation that is not supported, and names it', async () => {
    // For S3, only operations whose path names a bucket.
    const isThere = ({ traits }: { traits: { http?: readonly [string, string, number] } }) =>
      wire !== 's3' || /^\/(\{Key\+\})?(\?|$)/.test(traits.http?.[1] ?? '');
    const missing = [...operationsOf(service.sdk as object).values()].filter(
      (operation) => !(operation.name in service.handlers) && isThere(operation),
    );
    for (const operation of missing) {
      const answer = await server.ask(asked({ service, operation, wire }, Buffer.alloc(0), 'label'));
      expect(answer.message, operation.name).toBe(
        `${service.name}:${operation.name} is not supported locally (slsctl local)`,
      );
      expectRefusal(own, answer, { status: 501, code: dialect.unsupported });
    }
  });

  it('refuses an operation that its API does not have', async () => {
    const { answer, status } = await unknown(service, wire, some);
    expectRefusal(own, answer, { status, code: dialect.unknown });
  });

  it('refuses a request that is not signed', async () => {
    const tamper = ({ authorization: _, ...rest }: Record<string, string>) => rest;
    const request = asked(some, Buffer.alloc(0), 'label');
    // An unsigned URL may be for any bucket; a presigned URL is for S3.
    const query = wire === 's3' ? 'X-Amz-Signature=0' : request.query;
    const answer = await server.ask({ ...request, query, tamper });
    expectRefusal(own, answer, { status: 403, code: dialect.unsigned });
  });

  it('refuses a body that cannot be read', async () => {
    const one = handled.find(
      (candidate) => documentOf(candidate) && !/^(Delete|Invoke)/.test(candidate.operation.name),
    );
    const body = Buffer.from(dialect.malformed);
    const answer = await server.ask(asked(one ?? some, body, 'label'));
    expect(answer.status).toSatisfy((status: number) => status >= 400 && status < 500);
    expect(answer.code).toMatch(/^[A-Z]\w+$/);
    expect(answer.headers['content-type']).toBe(dialect.contentType);
    expect(answer.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

async function unknown(
  service: Service,
  wire: Wire,
  some: Reached,
): Promise<{ answer: Answered; status: number }> {
  const operation = { ...some.operation, name: 'DoNothing' };
  const request: Asked = asked({ service, operation, wire }, Buffer.alloc(0), 'label');
  if (wire === 'rest-json') {
    return { answer: await server.ask({ ...request, path: '/no/such/path' }), status: 403 };
  }
  if (wire === 's3') return { answer: await server.ask({ ...request, method: 'PATCH' }), status: 405 };
  if (wire === 'rest-xml') return { answer: await server.ask({ ...request, path: '/no/such' }), status: 404 };
  return { answer: await server.ask(request), status: 400 };
}

describe.each(services)('$name', (service) => {
  it("has the version and target of its SDK's API", () => {
    const sdk = service.sdk as Record<string, new (settings: object) => { config: Record<string, unknown> }>;
    const name = Object.keys(sdk).find((key) => /^[A-Z]\w*Client$/.test(key)) as string;
    const { config } = new (sdk[name] as (typeof sdk)[string])({ region: 'eu-central-1' });
    expect(service.apiVersion).toBe(config.apiVersion);
    if (!/json-1|compatible/.test(service.protocol)) return;
    expect(service.target).toBe((config.protocolSettings as { serviceTarget: string }).serviceTarget);
  });

  it('has a sample resource, if it stores anything', () => {
    const keeps = Object.keys(service.handlers).some((name) => /^(Create|Put)/.test(name));
    expect(keeps).toBe(service.name in samples);
  });
});

const kept = Object.entries(samples).map(([name, sample]) => ({ name, sample }));

describe.each(kept)('a resource of $name', ({ name, sample }) => {
  let folder: string;
  let store: Store;
  let local: Composed;

  function start(): void {
    const { createStsService: _, ...others } = all;
    // Lambda requires a role that it can assume; any such role will do.
    const factories = { ...others, roles: standIn({ roles: lonely.roles }) };
    local = compose(factories, surroundings({ store, dir: folder }));
  }

  async function restart(): Promise<void> {
    await local.close();
    await store.close();
    store = openStore(join(folder, 'store'));
    start();
  }

  const ask = (changes: Parameters<typeof someone>[0] = {}): Ask => {
    const service = local.services.find((one) => one.name === name) as Service;
    return callerOf(service, someone(changes)) as unknown as Ask;
  };

  /** The answer as text; `undefined` when it does not contain the resource. */
  async function seen({ read }: Sample, by: Ask): Promise<string | undefined> {
    const text = await read(by).then(JSON.stringify, () => '');
    return text.includes(sampleName) ? text : undefined;
  }

  beforeAll(async () => {
    folder = await temporaryFolder('conformance');
    store = openStore(join(folder, 'store'));
    start();
    await sample.create(ask());
  });
  afterAll(async () => {
    await local.close();
    await store.close();
  });

  it('is not seen by another account', async () => {
    expect(await seen(sample, ask({ account: '999999999999' }))).toBeUndefined();
  });

  it(`is ${sample.global ? 'seen in every region' : 'not seen in another region'}`, async () => {
    const elsewhere = await seen(sample, ask({ region: 'us-west-2' }));
    if (sample.global) expect(elsewhere).toBe(await seen(sample, ask()));
    else expect(elsewhere).toBeUndefined();
  });

  it('is the same after a restart', async () => {
    const before = await seen(sample, ask());
    expect(before).toBeDefined();
    await restart();
    expect(await seen(sample, ask())).toBe(before);
  });

  it('is found by the tagging API after a restart, if it can have tags', async () => {
    await restart();
    const tagging = callerOf(local.of(createTaggingService)) as unknown as Ask;
    const TagFilters = [{ Key: 'conformance', Values: ['yes'] }];
    const { ResourceTagMappingList = [] } = (await tagging('GetResources', {
      TagFilters,
    })) as GetResourcesCommandOutput;
    const { tagged } = local.services.find((one) => one.name === name) as Service;
    const listed = [...(tagged?.list(someone()) ?? [])];
    expect(ResourceTagMappingList.map(({ ResourceARN }) => ResourceARN)).toEqual(
      listed.map(({ arn }) => arn),
    );
    const others = [...(tagged?.unlisted?.(someone()) ?? [])];
    expect([...listed, ...others].map(({ tags }) => tags)).toEqual(tagged ? [{ conformance: 'yes' }] : []);
    for (const { arn } of [...listed, ...others]) {
      expect(await tagging('TagResources', { ResourceARNList: [arn], Tags: { more: 'x' } })).toEqual({
        FailedResourcesMap: {},
      });
    }
  });
});
