// Every field of event source mappings, from the schema of slsctl.yml: set, changed, and set back to AWS's default.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { apiName } from '../../../src/config/api-names.ts';
import { maps } from '../../../src/config/schema/file.ts';
import { triggerKinds } from '../../../src/config/triggers/all.ts';
import { differences } from '../../../src/resources/compare.ts';
import { engine } from '../engine.ts';
import { type Field, schemaFields } from '../fields/schema-fields.ts';
import { createSources } from '../fields/sources.ts';
import { type Clients, clientsOf } from '../local.ts';
import { removeFolder, temporaryFolder } from '../project.ts';
import type { NamedTarget, Target } from '../targets/targets.ts';

export const mappingKinds = ['sqs', 'dynamodb', 'kinesis', 'mq', 'kafka'] as const;
export type MappingKind = (typeof mappingKinds)[number];
type Entry = Record<string, unknown>;

const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-1:ACCOUNT:${rest}`;
const secret = arn('secretsmanager', 'secret:broker-a1b2c3');

/** The members that name the source, and others that AWS asks for. */
const sources: Record<MappingKind, Entry> = {
  sqs: { queue: 'orders' },
  dynamodb: { table: 'users' },
  kinesis: { stream: 'clicks' },
  mq: {
    broker: arn('mq', 'broker:orders:b-0123abcd-0123-4567-89ab-0123456789ab'),
    queues: ['incoming'],
    sourceAccessConfigurations: [{ type: 'BASIC_AUTH', uri: secret }],
  },
  kafka: {
    selfManagedEventSource: { endpoints: { KAFKA_BOOTSTRAP_SERVERS: ['kafka.example.com:9092'] } },
    topics: ['incoming'],
    sourceAccessConfigurations: [{ type: 'SASL_SCRAM_512_AUTH', uri: secret }],
  },
};

/** Two values, where the schema does not say enough; `ACCOUNT` stands for the account. */
const samples: Record<string, unknown[]> = {
  kmsKeyArn: ['1', '2'].map((end) => arn('kms', `key/00000000-0000-0000-0000-00000000000${end}`)),
  filterCriteria: [
    { filters: [{ pattern: { body: { state: ['paid'] } } }] },
    { filters: [{ pattern: '{"body":{"n":[{"numeric":[">",1]}]}}' }, { pattern: { body: ['x'] } }] },
  ],
  metricsConfig: [{ metrics: ['EventCount'] }, { metrics: ['EventCount', 'ErrorCount'] }],
  loggingConfig: [{ systemLogLevel: 'DEBUG' }, { systemLogLevel: 'WARN' }],
  provisionedPollerConfig: [
    { minimumPollers: 2, maximumPollers: 10 },
    { minimumPollers: 3, maximumPollers: 20 },
  ],
  destinationConfig: [
    { onFailure: { destination: arn('sqs', 'failures') } },
    { onFailure: { destination: arn('sns', 'failures') } },
  ],
  scalingConfig: [{ maximumConcurrency: 5 }, { maximumConcurrency: 6 }],
  functionResponseTypes: [['ReportBatchItemFailures'], []],
  maximumRecordAgeInSeconds: [60, 3600],
  batchSize: [5, 7],
  sourceAccessConfigurations: [
    [{ type: 'BASIC_AUTH', uri: secret }],
    [{ type: 'BASIC_AUTH', uri: secret.replace('broker', 'other') }],
  ],
};

/** Fields that say where a mapping begins, or what it reads: AWS does not change them. */
const fixed = [
  'startingPosition',
  'startingPositionTimestamp',
  'selfManagedKafkaEventSourceConfig',
  'amazonManagedKafkaEventSourceConfig',
];

function fieldsOf(kind: MappingKind): Field[] {
  const [schema] = maps(triggerKinds[kind] as z.ZodType).filter((one) => one instanceof z.ZodObject);
  const skip = [
    ...Object.keys(sources[kind]).filter((name) => !(name in samples)),
    ...fixed,
    'cluster',
    'topics',
  ];
  const shape = Object.entries((schema as z.ZodObject).shape).filter(([name]) => !skip.includes(name));
  return shape.map(([name, one]) => {
    const given = samples[name];
    const [field] = given
      ? [
          {
            name,
            path: [name],
            values: given,
            // A cluster of the user's own needs its access.
            nullable: name !== 'sourceAccessConfigurations' && (one as z.ZodType).safeParse(null).success,
            optional: true,
          },
        ]
      : schemaFields(z.object({ [name]: one as z.ZodType }), {});
    return field as Field;
  });
}

/** `unsupported`: fields or kinds that cannot be tried there, and why. */
export function testMappingFields({ start }: NamedTarget, unsupported: Record<string, string>): void {
  let target: Target | undefined;
  let folder: string | undefined;
  let clients: Clients;
  let project: Awaited<ReturnType<typeof engine>>;
  const here = <T>(value: T): T =>
    JSON.parse(JSON.stringify(value).replaceAll('ACCOUNT', target?.account ?? '')) as T;

  beforeAll(async () => {
    [target, folder] = await Promise.all([start(), temporaryFolder('mappings')]);
    await writeFile(join(folder, 'app.py'), 'def handler(event, context):\n    return event\n');
    clients = await clientsOf(target.env);
    await createSources(target.env, {
      queues: ['orders', 'failures'],
      tables: 'dynamodb' in unsupported ? [] : ['users'],
      streams: 'kinesis' in unsupported ? [] : ['clicks'],
    });
    project = await engine(folder, target.env);
  });
  afterAll(async () => {
    await target?.stop();
    if (folder) await removeFolder(folder);
  });

  const settingsOf = (kind: MappingKind, entry: Entry) => ({
    runtime: 'python3.12',
    handler: 'app.handler',
    code: '.',
    triggers: [{ [kind]: here({ ...sources[kind], ...entry }) }],
  });
  async function live(name: string) {
    const { EventSourceMappings = [] } = await clients.lambda.send(
      new ListEventSourceMappingsCommand({ FunctionName: name }),
    );
    return EventSourceMappings;
  }

  const all = mappingKinds.flatMap((kind) =>
    fieldsOf(kind).map((field) => ({ kind, field, title: `${kind}.${field.name}` })),
  );
  const tried = all.filter(
    ({ kind, field }) =>
      !(kind in unsupported) && !(field.name in unsupported) && !(`${kind}.${field.name}` in unsupported),
  );

  it.each(tried)('$title', async ({ kind, field }) => {
    const name = `${kind}-${field.name}`;
    const deploy = async (entry: Entry) => {
      await project.deploy({ [name]: settingsOf(kind, entry) });
      expect(
        (await project.plan({ [name]: settingsOf(kind, entry) })).items.flatMap(({ changes }) => changes),
      ).toEqual([]);
      const mappings = await live(name);
      expect(mappings).toHaveLength(1);
      return mappings[0] as Entry;
    };
    const ids = new Set<unknown>();
    for (const value of field.values) {
      const now = await deploy({ [field.name]: value });
      ids.add(now.UUID);
      const plain = !['filterCriteria', 'enabled', 'reportBatchItemFailures'].includes(field.name);
      if (plain) expect(differences(apiNamed(here({ [field.name]: value })), now, '')).toEqual([]);
      else expect(told(field.name, now)).toEqual(saidOf(field.name, value));
    }
    if (field.nullable) ids.add((await deploy({ [field.name]: null })).UUID);
    ids.add((await deploy({})).UUID);
    expect(ids.size, 'changed in place').toBe(1);
  });
}

function apiNamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(apiNamed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [apiName(key), apiNamed(item)]));
}

/** The field as the live mapping tells it. */
function told(field: string, live: Entry): unknown {
  if (field === 'enabled') return live.State === 'Enabled';
  if (field === 'reportBatchItemFailures')
    return (live.FunctionResponseTypes as unknown[] | undefined)?.length === 1;
  const { Filters = [] } = (live.FilterCriteria ?? {}) as { Filters?: { Pattern: string }[] };
  return Filters.map(({ Pattern }) => JSON.parse(Pattern));
}

function saidOf(field: string, value: unknown): unknown {
  if (field !== 'filterCriteria') return value;
  const { filters } = value as { filters: { pattern: unknown }[] };
  return filters.map(({ pattern }) => (typeof pattern === 'string' ? JSON.parse(pattern) : pattern));
}
