// What may go: nothing that somebody else uses, or that somebody might.
import { describe, expect, it } from 'vitest';
import { planRemoval } from '../../src/engine/destroy.ts';
import { plan } from '../../src/engine/plan.ts';
import type { DeclaredResource, Named, Resource } from '../../src/engine/resource.ts';

/** A role that is live and not declared. */
function role(users: Resource['users'], more: Partial<Resource> = {}): Resource {
  return {
    kind: 'role',
    name: 'made',
    needs: [],
    read: async () => ({}),
    remove: async () => {},
    users,
    ...more,
  };
}

const used = (...names: string[]) => names.map((name): Named => ({ kind: 'function', name }));

describe.each([
  ['deployment', plan],
  ['removal', planRemoval],
])('a %s', (_, planned) => {
  it.each([
    ['nothing uses', async () => [], 'delete', undefined],
    ['another uses', async () => used('other'), 'held', 'in use by function other'],
    [
      'nobody may look who uses',
      async () => undefined,
      'held',
      'possibly in use: these credentials may not list',
    ],
  ])('takes or keeps what %s', async (_, users, action, reason) => {
    const { items } = await planned([role(users)]);
    expect(items.map((item) => item.action)).toEqual([action]);
    if (reason) expect(items[0]?.reason).toContain(reason);
  });

  it('takes what is used by what goes too', async () => {
    const own = role(undefined, { kind: 'function', name: 'own' });
    const { items } = await planned([own, role(async () => used('own'))]);
    expect(items.map((item) => item.action)).toEqual(['delete', 'delete']);
  });

  it('does not name what has the owner of another thing, where that is foreign', async () => {
    const change = { path: 'Tags', from: undefined, to: 'x' };
    const declared: Partial<DeclaredResource> = {
      foreign: () => 'it was not made by slsctl',
      diff: () => [change],
      apply: async (live) => live,
    };
    const theirs = role(undefined, declared);
    const policies = role(undefined, { ...declared, kind: 'policies', ownedWith: theirs });
    const { items } = await planned([theirs, policies]);
    expect(items.map(({ action, resource: { kind } }) => [kind, action])).toEqual([['role', 'foreign']]);
  });
});
