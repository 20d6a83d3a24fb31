// Every field of triggers whose source calls the function, from the schema of slsctl.yml: set, changed, left alone, set back
// to AWS's default, and removed.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { maps } from '../../../src/config/schema/file.ts';
import { triggerKinds } from '../../../src/config/triggers/all.ts';
import { type Engine, engine } from '../engine.ts';
import { schemaFields } from '../fields/schema-fields.ts';
import { type Clients, clientsOf } from '../local.ts';
import { removeFolder, temporaryFolder } from '../project.ts';
import type { NamedTarget, Target } from '../targets/targets.ts';
import {
  type Entry,
  type Place,
  type PushKind,
  prepareQueues,
  pushKinds,
  pushSamples,
} from './push-samples.ts';

interface Tried {
  kind: PushKind;
  field: string;
  values: readonly unknown[];
  nullable: boolean;
  title: string;
}

/** The fields of the schema, each with its values; one that nobody can make values for is an error. */
function fieldsOf(kind: PushKind): Tried[] {
  const { fields, elsewhere } = pushSamples[kind];
  const schema = maps(triggerKinds[kind] as z.ZodType).find((one) => one instanceof z.ZodObject);
  const shape = (schema as z.ZodObject).shape as Record<string, z.ZodType>;
  return Object.entries(shape).flatMap(([field, member]): Tried[] => {
    if (elsewhere.includes(field)) return [];
    const told = fields[field];
    if (!told) throw new Error(`no sample says where AWS tells ${kind}.${field}`);
    const values = told.values ?? schemaFields(z.object({ [field]: member }), {})[0]?.values ?? [];
    const nullable = field !== 'pattern' && member.safeParse(null).success;
    return [{ kind, field, values, nullable, title: `${kind}.${field}` }];
  });
}

/** `unsupported`: fields or kinds that cannot be tried there, and why. */
export function testPushFields({ start }: NamedTarget, unsupported: Record<string, string>): void {
  let target: Target | undefined;
  let folder: string | undefined;
  let clients: Clients;
  let project: Engine;

  beforeAll(async () => {
    [target, folder] = await Promise.all([start(), temporaryFolder('push')]);
    await writeFile(join(folder, 'app.py'), 'def handler(event, context):\n    return event\n');
    [clients, project] = await Promise.all([clientsOf(target.env), engine(folder, target.env)]);
    await prepareQueues(target);
  });
  afterAll(async () => {
    await target?.stop();
    if (folder) await removeFolder(folder);
  });

  const all = pushKinds.flatMap(fieldsOf);
  const tried = all.filter(({ kind, title }) => !(kind in unsupported) && !(title in unsupported));
  it.each(tried)('$title', async ({ kind, field, values, nullable }) => {
    const { base, fields, prepare, live } = pushSamples[kind];
    const {
      tell,
      means = (value: unknown) => value,
      reset,
      bare = reset,
      names,
      defaults,
      beside,
    } = fields[field] ?? {};
    const name = `${kind}-${field}`.toLowerCase();
    const place = { target, clients, name } as Place;
    const here = <T>(value: T): T =>
      JSON.parse(
        JSON.stringify(value).replaceAll('ACCOUNT', place.target.account).replaceAll('NAME', name),
      ) as T;
    const deploy = async (more: Entry | undefined) => {
      const triggers = more ? [{ [kind]: here({ ...base, ...beside, ...more }) }] : [];
      const functions = { [name]: { runtime: 'python3.12', handler: 'app.handler', code: '.', triggers } };
      await project.deploy(functions);
      const again = await project.plan(functions);
      expect(again.items.flatMap(({ changes }) => changes)).toEqual([]);
      return live(place);
    };
    const only = async (more: Entry) => {
      const [one, ...others] = await deploy(more);
      expect(others).toEqual([]);
      return tell?.(one as Entry);
    };

    await prepare(place);
    expect(await only({}), 'never said').toEqual(names ? expect.anything() : bare);
    let last: unknown;
    for (const value of values) {
      last = here(means(value));
      expect(await only({ [field]: value }), JSON.stringify(value)).toEqual(last);
    }
    expect(await only({}), 'no longer said').toEqual(
      names ? expect.not.stringMatching(String(last)) : defaults ? bare : last,
    );
    if (nullable) {
      await only({ [field]: values[0] });
      expect(await only({ [field]: null }), 'null').toEqual(reset);
    }
    expect(await deploy(undefined), 'removed').toEqual([]);
  });
}
