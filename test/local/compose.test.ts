// How services are composed: each describes itself, and their order does not matter.
import { describe, expect, it } from 'vitest';
import { compose, type ServiceFactory } from '../../src/local/compose.ts';
import type { Faces } from '../../src/local/faces.ts';
import type { Service, ServiceHost } from '../../src/local/service.ts';
import { someone } from './call.ts';
import { surroundings } from './composed.ts';

const bare = { protocol: 'json-1.1', apiVersion: '', sdk: {}, handlers: {}, state: {} } as const;

function two(
  first: (host: ServiceHost) => Partial<Service>,
  second: (host: ServiceHost) => Partial<Service>,
) {
  const a: ServiceFactory = (host) => ({ ...bare, name: 'a', ...first(host) });
  const b: ServiceFactory = (host) => ({ ...bare, name: 'b', ...second(host) });
  return { a, b };
}

/** A service that answers with the face of another one, and offers the face that the other one uses. */
const objects = (text: () => string): Partial<Faces> => ({
  objects: { read: async () => Buffer.from(text()), write: async () => {} },
});
const secrets = (value: () => string): Partial<Faces> => ({
  secrets: { read: () => ({ value: value(), created: 0, source: '' }) },
});

describe('services in one process', () => {
  it('call each other in both directions, in either order of the list', async () => {
    const limit = { bytes: 1, tooLarge: () => new Error() };
    const place = { bucket: 'b', key: 'k' };
    const { a, b } = two(
      (host) => ({
        faces: objects(() => `object with ${host.face('secrets').read(someone(), 'id')?.value}`),
        resume: () => void seen.push(host.face('secrets').read(someone(), 'id')?.value),
      }),
      (host) => ({
        faces: secrets(() => 'secret'),
        resume: async () => seen.push(String(await host.face('objects').read(someone(), place, limit))),
      }),
    );
    const seen: unknown[] = [];
    for (const factories of [
      { a, b },
      { b, a },
    ]) {
      seen.length = 0;
      compose(factories, surroundings()).resume();
      await expect.poll(() => seen.toSorted()).toEqual(['object with secret', 'secret']);
    }
  });

  it('close all before any of them writes what it collected, in either order of the list', async () => {
    const { a, b } = two(
      (host) => ({
        close: async () => {
          await Promise.resolve();
          host.face('logs').append(someone(), 'g', 's', [{ timestamp: 0, message: 'last words' }]);
        },
      }),
      () => ({
        faces: { logs: { append: (...[, , , [event]]) => void gathered.push(event?.message) } },
        flush: () => void written.push(...gathered.splice(0)),
      }),
    );
    const gathered: unknown[] = [];
    const written: unknown[] = [];
    for (const factories of [
      { a, b },
      { b, a },
    ]) {
      written.length = 0;
      await compose(factories, surroundings()).close();
      expect(written).toEqual(['last words']);
    }
  });

  it('cannot get a face before all services are created', () => {
    const { a, b } = two(
      () => ({ faces: secrets(() => '') }),
      (host) => ({ state: host.face('secrets') }),
    );
    expect(() => compose({ a, b }, surroundings())).toThrow(
      'the face secrets was asked for before all services were created',
    );
  });

  it('are told the name of a face that no service offers', () => {
    const { a, b } = two(
      (host) => ({ resume: () => void host.face('secrets') }),
      () => ({}),
    );
    expect(() => compose({ a, b }, surroundings()).resume()).toThrow('no local service offers secrets');
  });

  it('have unique names, and no two offer the same face', () => {
    const offering = () => ({ faces: secrets(() => '') });
    const { a, b } = two(offering, offering);
    expect(() => compose({ a, b }, surroundings())).toThrow('a and b both offer secrets');
    const again: ServiceFactory = (host) => a(host);
    expect(() => compose({ a, again }, surroundings())).toThrow('two services are called a');
  });

  it('find the holders of their access keys, and are told of the use of a key', () => {
    const holder = { secretAccessKey: 's', account: '1', arn: 'arn', userId: 'u' };
    const used: string[] = [];
    const { a, b } = two(
      () => ({ holder: (id) => (id === 'AKIA' ? holder : undefined) }),
      () => ({ used: ({ accessKeyId }) => void used.push(accessKeyId) }),
    );
    const local = compose({ a, b }, surroundings());
    expect(local.holder('AKIA')).toBe(holder);
    expect(local.holder('ASIA')).toBeUndefined();
    local.used({ accessKeyId: 'AKIA', date: '', region: '', service: '', signedHeaders: [], signature: '' });
    expect(used).toEqual(['AKIA']);
  });
});
