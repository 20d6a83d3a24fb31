// Which route takes a path: special cases, and random routes compared with a slow search by the rules.
import { describe, expect, it } from 'vitest';
import { parseRouteKey } from '../../../../src/local/services/apigatewayv2/control/route-keys.ts';
import { routeFor } from '../../../../src/local/services/apigatewayv2/gateway/routing.ts';
import type { ServedStage } from '../../../../src/local/services/apigatewayv2/gateway/served.ts';

function stage(keys: readonly string[]): ServedStage {
  const routes = keys.map((RouteKey) => ({ record: { RouteKey }, key: parseRouteKey(RouteKey) }));
  const fallback = routes.find(({ key }) => key === undefined);
  return { routes: routes.filter(({ key }) => key), fallback } as unknown as ServedStage;
}

function taken(keys: readonly string[], method: string, path: string): unknown {
  const routed = routeFor(stage(keys), method, path);
  return routed && [routed.route.record.RouteKey, routed.parameters];
}

describe('the route of a path', () => {
  it.each<[string, string, unknown]>([
    ['GET /{proxy+}', '/', ['GET /{proxy+}', { proxy: '' }]],
    ['GET /a/{proxy+}', '/a', undefined],
    ['GET /a/{proxy+}', '/a/', ['GET /a/{proxy+}', { proxy: '' }]],
    ['GET /a/{proxy+}', '/a/b//c/', ['GET /a/{proxy+}', { proxy: 'b//c/' }]],
    ['GET /a/{id}', '/a/', undefined],
    ['GET /a/{id}', '/a/b/', undefined],
    ['GET /a/{id}', '/a/b%2Fc', ['GET /a/{id}', { id: 'b/c' }]],
    ['GET /a/{id}', '/a/%zz', ['GET /a/{id}', { id: '%zz' }]],
    ['GET /a/{id}', '/%61/1', ['GET /a/{id}', { id: '1' }]],
    ['GET /a', '/A', undefined],
    ['GET /', '/', ['GET /', undefined]],
    ['GET /', '//', undefined],
    ['$default', '/any/where', ['$default', undefined]],
  ])('of %s for %s', (key, path, expected) => {
    expect(taken([key], 'GET', path)).toEqual(expected);
  });

  it('does not depend on the order of the routes', () => {
    const keys = ['GET /a/{x}', 'ANY /a/b', 'GET /{y+}', 'GET /{x}/b', '$default'];
    const orders = [keys, keys.toReversed(), [...keys.slice(2), ...keys.slice(0, 2)]];
    for (const order of orders) {
      expect(taken(order, 'GET', '/a/b')).toEqual(['ANY /a/b', undefined]);
      expect(taken(order, 'GET', '/a/c')).toEqual(['GET /a/{x}', { x: 'c' }]);
      expect(taken(order, 'GET', '/c/b')).toEqual(['GET /{x}/b', { x: 'c' }]);
      expect(taken(order, 'GET', '/c/d')).toEqual(['GET /{y+}', { y: 'c/d' }]);
      expect(taken(order, 'PUT', '/c/d')).toEqual(['$default', undefined]);
    }
  });
});

/** A generator of numbers that are the same in each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

/** By regular expressions: of all routes that match, the one whose parts come first in the order of the rules. */
function bySearch(keys: readonly string[], method: string, path: string): string | undefined {
  const ranks = keys.flatMap((key) => {
    const [verb = '', pattern = ''] = key.split(' ');
    const form = pattern.replace(/\{\w+\+\}/g, '.*').replace(/\{\w+\}/g, '[^/]+');
    if ((verb !== 'ANY' && verb !== method) || !new RegExp(`^${form}$`).test(path)) return [];
    const parts = pattern
      .slice(1)
      .split('/')
      .map((part) => (part.endsWith('+}') ? 'c' : part.startsWith('{') ? 'b' : 'a'));
    return [{ key, rank: `${parts.join('')} ${verb === 'ANY' ? 'b' : 'a'}` }];
  });
  return ranks.sort((a, b) => (a.rank < b.rank ? -1 : 1))[0]?.key;
}

it('random routes take the same requests as a search by the rules', () => {
  const random = numbers(7);
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;
  let hits = 0;
  for (let round = 0; round < 400; round++) {
    const keys = new Set<string>();
    for (let count = 0; count < 8; count++) {
      const parts = Array.from({ length: 1 + random(3) }, (_unused, index) =>
        pick(['a', 'b', `{p${index}}`]),
      );
      if (random(4) === 0) parts[parts.length - 1] = '{rest+}';
      keys.add(`${pick(['GET', 'PUT', 'ANY'])} /${parts.join('/')}`);
    }
    const path = `/${Array.from({ length: 1 + random(4) }, () => pick(['a', 'b', 'c'])).join('/')}`;
    const method = pick(['GET', 'PUT']);
    const found = routeFor(stage([...keys]), method, path)?.route.record.RouteKey;
    expect(found, `${method} ${path} of ${[...keys].join(', ')}`).toBe(bySearch([...keys], method, path));
    if (found) hits += 1;
  }
  expect(hits).toBeGreaterThan(100);
});
