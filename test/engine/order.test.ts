// The order of a deployment: what may replace a resource is ready before the resource is removed.
import { describe, expect, it } from 'vitest';
import { apply } from '../../src/engine/apply.ts';
import { plan } from '../../src/engine/plan.ts';
import type { DeclaredResource, Resource } from '../../src/engine/resource.ts';

/** Names of what was done, in order. */
type Log = string[];

function removedOne(log: Log, name: string, more: Partial<Resource> = {}): Resource {
  let live: object | undefined = {};
  return {
    kind: 'thing',
    name,
    needs: [],
    read: async () => live,
    remove: async () => {
      live = undefined;
      log.push(`- ${name}`);
    },
    ...more,
  };
}

function createdOne(log: Log, name: string, more: Partial<DeclaredResource> = {}): DeclaredResource {
  return {
    ...removedOne(log, name),
    read: async () => undefined,
    diff: (live) => (live ? [] : [{ path: 'Name', from: undefined, to: name }]),
    apply: async () => {
      // The others could overtake it.
      await new Promise((resolve) => setTimeout(resolve, 5));
      log.push(`+ ${name}`);
      return {};
    },
    ...more,
  };
}

const failing = async () => {
  throw new Error('refused');
};

async function deploy(...resources: Resource[]) {
  const planned = await plan(resources);
  const { skipped } = await apply(planned);
  return {
    planned: planned.items.map(({ action, resource }) => `${action} ${resource.name}`),
    skipped: skipped.map(({ name }) => name),
  };
}

describe('a removal', () => {
  it('comes after everything that is created, in the plan too', async () => {
    const log: Log = [];
    const { planned } = await deploy(removedOne(log, 'old'), createdOne(log, 'new'));
    expect(planned).toEqual(['create new', 'delete old']);
    expect(log).toEqual(['+ new', '- old']);
  });

  it('does not happen when a creation failed', async () => {
    const log: Log = [];
    const { skipped } = await deploy(removedOne(log, 'old'), createdOne(log, 'new', { apply: failing }));
    expect(skipped).toEqual(['old']);
    expect(log).toEqual([]);
  });

  it('of a part waits for the other parts of the same whole only', async () => {
    const log: Log = [];
    const host = createdOne(log, 'host');
    const part = { needs: [host], partOf: host };
    const { skipped } = await deploy(
      removedOne(log, 'old part', part),
      host,
      createdOne(log, 'new part', part),
      createdOne(log, 'other', { apply: failing }),
    );
    expect(skipped).toEqual([]);
    expect(log).toEqual(['+ host', '+ new part', '- old part']);
  });

  it('comes after the removal of those that need the resource, and of those that it outlives', async () => {
    const log: Log = [];
    const role = removedOne(log, 'role');
    const policies = removedOne(log, 'policies', { needs: [role] });
    const user = removedOne(log, 'function', { needs: [role] });
    const logs = removedOne(log, 'log group', { outlives: [user] });
    const { planned } = await deploy(logs, role, policies, user);
    expect(planned).toEqual(['delete function', 'delete log group', 'delete policies', 'delete role']);
    for (const [first, second] of [
      ['- function', '- log group'],
      ['- function', '- role'],
      ['- policies', '- role'],
    ] as const) {
      expect(log.indexOf(first)).toBeLessThan(log.indexOf(second));
    }
  });
});
