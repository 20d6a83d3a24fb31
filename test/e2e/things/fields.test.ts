// Every field of queues, topics, buckets, tables and streams, from the schema: set, changed, undeclared, removed with null.
// What AWS has is read apart from the program, as a whole: a value that does not arrive there changes nothing in it.
import { join } from 'node:path';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import * as z from 'zod';
import type { Aws } from '../../../src/aws/aws.ts';
import { createAws } from '../../../src/aws/create.ts';
import { loadProject } from '../../../src/config/load.ts';
import { bucketSchema } from '../../../src/config/schema/things/bucket.ts';
import { queueSchema } from '../../../src/config/schema/things/queue.ts';
import { stateMachineSchema } from '../../../src/config/schema/things/state-machine.ts';
import { streamSchema } from '../../../src/config/schema/things/stream.ts';
import { tableSchema } from '../../../src/config/schema/things/table.ts';
import { topicSchema } from '../../../src/config/schema/things/topic.ts';
import { sectionOf, type ThingKind } from '../../../src/config/things/kinds.ts';
import { apply } from '../../../src/engine/apply.ts';
import { planRemoval, remove } from '../../../src/engine/destroy.ts';
import { changesOf, plan } from '../../../src/engine/plan.ts';
import { Things } from '../../../src/resources/things/things.ts';
import { type Field, type Samples, schemaFields } from '../../support/fields/schema-fields.ts';
import { removeFolder, temporaryFolder } from '../../support/project.ts';
import { type Target, targets } from '../../support/targets/targets.ts';
import { dumpOf } from './dump.ts';
import { basesOf, samples, unsupported } from './samples.ts';

const schemas: Record<ThingKind, z.ZodType> = {
  bucket: bucketSchema,
  queue: queueSchema,
  topic: topicSchema,
  table: tableSchema,
  stream: streamSchema,
  'state machine': stateMachineSchema,
};
/** Names, keys, and what is never on AWS: other tests are about them. */
const elsewhere = [
  ...['name', 'retain', 'fifo', 'fifoQueue', 'fifoTopic', 'partitionKey', 'sortKey'],
  // Of state machines: AWS cannot change the type, and a role of one's own must be there.
  ...['type', 'role'],
];
/** slsctl has a value of its own where nothing is declared. */
const ownDefault = ['publicAccessBlock'];

type Values = Record<string, unknown>;

const resourcesOf = (made: Things) => made.all.flatMap(({ own }) => [...own.parts, own.resource]);

/** The fields of a thing itself, each with two values. One without a sample, whose values nobody can make up, fails. */
function topFields(schema: z.ZodType, samples: Samples, skipped: readonly string[]): Field[] {
  const { shape } = schema as z.ZodObject;
  return Object.entries(shape).flatMap(([name, member]): Field[] => {
    if (skipped.includes(name)) return [];
    const nullable = (member as z.ZodType).safeParse(null).success;
    const values = samples[name];
    if (values) return [{ name, path: [name], values: [...values], nullable, optional: true }];
    return schemaFields(z.object({ [name]: member as z.ZodType }), samples);
  });
}

describe.each(targets)('the fields of things on $name', ({ name: targetName, start }) => {
  let target: Target;
  let folder: string;
  let aws: Aws;
  beforeAll(async () => {
    [target, folder] = await Promise.all([start(), temporaryFolder('things')]);
    aws = await createAws({ cwd: folder, env: { ...target.env, SLSCTL_RATE_LIMITS: 'off' } });
    await aws.knowAccount();
    await target.client(SQSClient).send(new CreateQueueCommand({ QueueName: 'any' }));
  });
  afterAll(async () => {
    aws?.close();
    await target?.stop();
    if (folder) await removeFolder(folder);
  });

  async function things(kind: ThingKind, key: string, fields: Values): Promise<Things> {
    const text = stringify({
      project: 'fields',
      functions: { none: { runtime: 'python3.12', handler: 'app.handler' } },
      [sectionOf[kind]]: { [key]: fields },
      // A dead-letter queue to name.
      ...(kind === 'queue' && typeof fields.deadLetter === 'object' && fields.deadLetter
        ? { queues: { [key]: fields, failed: {}, other: {} } }
        : {}),
    });
    const source = text
      .replaceAll('ACCOUNT', target.account)
      .replaceAll('BUCKET', `fields-${key}-${target.account}-us-east-1`);
    const file = join(folder, 'slsctl.yml');
    const project = await loadProject({ cwd: folder, file, env: {}, source });
    return new Things(project, aws, { deleteData: true });
  }

  async function deploy(kind: ThingKind, key: string, fields: Values) {
    const made = await things(kind, key, fields);
    const planned = await plan(resourcesOf(made));
    const { failed } = await apply(planned);
    for (const { error } of failed) throw error;
    const again = await plan(resourcesOf(await things(kind, key, fields)));
    expect(changesOf(again).map(({ changes }) => changes)).toEqual([]);
    return dumpOf(target, made.ofProject(kind, key));
  }

  const kinds = Object.keys(schemas) as ThingKind[];
  const missing = unsupported[targetName];
  describe.each(kinds.filter((kind) => typeof missing[kind] !== 'string'))('%s', (kind) => {
    const reasons = (missing[kind] ?? {}) as Record<string, string>;
    const skipped = [...elsewhere, ...Object.keys(reasons)];
    const fields = topFields(schemas[kind], samples[kind], skipped);

    it.each(fields.map((field) => [field.name, field] as const))('%s', async (name, field) => {
      const key = name.replace(/[^a-zA-Z]+/g, '-').toLowerCase();
      const [at] = field.path as [string];
      const base = basesOf(kind, at);
      const whole = (value: unknown) => ({ ...base, [at]: value });
      const [first, second] = field.values;
      const one = await deploy(kind, key, whole(first));
      let last = one;
      if (second !== undefined) {
        last = await deploy(kind, key, whole(second));
        expect(last, `changed to ${JSON.stringify(second)}`).not.toEqual(one);
      }
      if (base[at] === undefined && !ownDefault.includes(at)) {
        expect(await deploy(kind, key, base), 'no longer declared').toEqual(last);
      }
      if (field.nullable) {
        // A value that is AWS's own default cannot be taken back.
        const set = await deploy(kind, key, whole(first));
        expect(await deploy(kind, key, whole(null)), 'null').not.toEqual(set);
      }
      const removal = await planRemoval(resourcesOf(await things(kind, key, base)));
      expect((await remove(removal)).every(({ gone }) => gone)).toBe(true);
    });
  });
});
