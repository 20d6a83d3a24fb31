// The behaviour that resources of all kinds share; the engine and every command rely on it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { triggerNames } from '../../src/config/schema/field-names.ts';
import { planRemoval, remove } from '../../src/engine/destroy.ts';
import { plan } from '../../src/engine/plan.ts';
import type { DeclaredResource, Resource } from '../../src/engine/resource.ts';
import { Attachment } from '../../src/resources/attachments/attachment.ts';
import {
  create,
  type Forms,
  otherOwner,
  owner,
  type Sample,
  type Step,
  samples,
  startWorld,
  type World,
} from './samples.ts';
import { onAliasesOnly } from './trigger-samples.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

let names = 0;
const newName = () => `conformance-${++names}`;

/** It is live, as the first of its declarations says. */
async function live(sample: Sample): Promise<string> {
  const name = newName();
  await sample.prepare?.(world, name);
  const { declared } = await sample.forms(world, name, owner, 0);
  if (declared) await create(declared);
  return name;
}

/** What the next run sees of it. */
async function nextRun(sample: Sample, name: string, step: Step): Promise<Forms & { live: unknown }> {
  const forms = await sample.forms(world, name, owner, step);
  return { ...forms, live: await (forms.declared ?? forms.undeclared).read() };
}

/** AWS does by itself what it does now. */
function isUnset(resource: Resource, state: unknown): boolean {
  return state === undefined || (resource instanceof Attachment && resource.fields(state) === undefined);
}

/** Without what the SDK says of each answer. */
function withoutMetadata(state: unknown): unknown {
  return JSON.parse(JSON.stringify(state, (key, value) => (key === '$metadata' ? undefined : value)));
}

type Optional<T> = { [Key in keyof T]-?: undefined extends T[Key] ? Key : never }[keyof T];
const optionalMembers: Record<Optional<Resource>, true> = {
  outlives: true,
  comesBack: true,
  foreign: true,
  markedOwner: true,
  createdElsewhere: true,
  users: true,
  keeps: true,
  readToRemove: true,
  loss: true,
  extent: true,
  removal: true,
  partOf: true,
  boundTo: true,
  optional: true,
  ownedWith: true,
};

describe.each(samples)('the kind $kind', (sample) => {
  it('reads undefined while it does not exist, and plans its creation', async () => {
    const { declared, undeclared } = await sample.forms(world, newName(), owner, 0);
    expect(await undeclared.read()).toBe(undefined);
    if (!declared) return;
    expect(await declared.read()).toBe(undefined);
    expect(declared.diff(undefined)).not.toEqual([]);
  });

  it('has no differences after its creation and after a change, in the next run too', async () => {
    const name = await live(sample);
    const created = await nextRun(sample, name, 0);
    if (!created.declared) return;
    expect(created.declared.diff(created.live)).toEqual([]);

    const { declared, live: before } = await nextRun(sample, name, 1);
    const changes = (declared as DeclaredResource).diff(before);
    expect(changes).not.toEqual([]);
    const after = await declared?.apply(before, changes);
    expect(declared?.diff(after)).toEqual([]);
    const changed = await nextRun(sample, name, 1);
    expect(changed.declared?.diff(changed.live)).toEqual([]);
  });

  it('is removed without a declaration, and its removal can be repeated', async () => {
    const name = await live(sample);
    const { undeclared } = await sample.forms(world, name, owner, 0);
    const state = await undeclared.read();
    expect(isUnset(undeclared, state)).toBe(false);
    await undeclared.remove(state);
    await undeclared.remove(state);
    const { undeclared: again } = await sample.forms(world, name, owner, 0);
    expect(isUnset(again, await again.read())).toBe(true);
  });

  it('is left alone when another owner has it', async () => {
    const name = await live(sample);
    const before = await nextRun(sample, name, 0);
    const { undeclared } = await sample.forms(world, name, otherOwner, 1);
    const planned = [await plan([undeclared]), await planRemoval([undeclared])];
    expect(planned.flatMap(({ items }) => items.filter(({ action }) => action === 'delete'))).toEqual([]);
    for (const one of planned) expect(await remove(one)).toEqual([]);

    const { declared } = await sample.forms(world, name, otherOwner, 1);
    const { items } = await plan(declared ? [declared] : []);
    for (const { action } of items) expect(['foreign', 'none']).toContain(action);
    const after = await nextRun(sample, name, 0);
    expect(withoutMetadata(after.live)).toEqual(withoutMetadata(before.live));
  });

  it('says whether another slsctl.yml of the same project created it', async () => {
    const name = await live(sample);
    const seenBy = async (config: string | undefined) => {
      const { undeclared } = await sample.forms(world, name, { ...owner, config }, 0);
      await (undeclared.partOf ?? undeclared.boundTo)?.read();
      return undeclared.createdElsewhere?.(await undeclared.read());
    };
    expect(await seenBy(owner.config)).toBe(undefined);
    const { undeclared } = await sample.forms(world, name, owner, 0);
    if (!undeclared.createdElsewhere) return;
    expect(await seenBy('laptop/other/slsctl.yml')).toEqual({ config: owner.config });
  });

  it('answers the same owner, loss and extent without a declaration as with one', async () => {
    const name = await live(sample);
    const { declared, undeclared } = await sample.forms(world, name, owner, 0);
    const state = await undeclared.read();
    const said = (one: Resource | undefined) => ({
      members: Object.keys(optionalMembers).filter((member) => one && member in one),
      foreign: one?.foreign?.(state),
      markedOwner: one?.markedOwner?.(state),
      createdElsewhere: one?.createdElsewhere?.(state),
      loss: one?.loss?.(state),
      extent: one?.extent?.(state),
      removal: one?.removal?.(state),
    });
    if (declared) expect(said(undeclared)).toEqual(said(declared));
    else expect(said(undeclared).foreign).toBe(undefined);
  });
});

it('every kind of resource in src/resources has a sample', async () => {
  const src = fileURLToPath(new URL('../../src/resources', import.meta.url));
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  const kinds = files.flatMap((path) =>
    [...readFileSync(join(src, path), 'utf8').matchAll(/^ {2}readonly kind = '([^']+)';/gm)].map(
      ([, kind]) => kind,
    ),
  );
  const forms = await Promise.all(samples.map((sample) => sample.forms(world, newName(), owner, 0)));
  expect(kinds.length).toBeGreaterThan(10);
  const all = new Set([...kinds, ...triggerNames.map((name) => `${name} trigger`)]);
  for (const name of onAliasesOnly) all.delete(`${name} trigger`);
  expect(forms.map(({ undeclared }) => undeclared.kind).sort()).toEqual([...all].sort());
});
