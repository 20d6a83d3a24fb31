// Writes whose answer was lost: what is there decides whether they count as done.
import { describe, expect, it } from 'vitest';
import { remove } from '../../src/engine/destroy.ts';
import { applied } from '../../src/engine/lost-answers.ts';
import { changesOf, type Plan, plan, type Work } from '../../src/engine/plan.ts';
import type { Change, DeclaredResource, Resource } from '../../src/engine/resource.ts';
import { markLost } from '../../src/errors/lost-answer.ts';

type State = Record<string, number>;

function lost(message = 'connection closed'): Error {
  const error = new Error(message);
  markLost(error);
  return error;
}
const conflict = () => Object.assign(new Error('it exists'), { name: 'ResourceConflictException' });

/** A resource of one process; `write` says what each application does to it. */
class Fake implements DeclaredResource<State> {
  readonly kind = 'thing';
  readonly name = 'fake';
  readonly needs: Resource[] = [];
  live: State | undefined;
  foreignSince = Number.POSITIVE_INFINITY;
  applied: Change[][] = [];
  private readonly wanted: State;
  private readonly write: (fake: Fake, attempt: number) => void;

  constructor(live: State | undefined, wanted: State, write: (fake: Fake, attempt: number) => void) {
    this.live = live;
    this.wanted = wanted;
    this.write = write;
  }
  read = async () => this.live && { ...this.live };
  diff = (live: State | undefined) =>
    Object.entries(this.wanted)
      .filter(([path, to]) => live?.[path] !== to)
      .map(([path, to]): Change => ({ path, from: live?.[path], to }));
  foreign = () => (this.applied.length >= this.foreignSince ? 'it belongs to project other' : undefined);
  apply = async (_live: State | undefined, changes: Change[]) => {
    this.applied.push(changes);
    this.write(this, this.applied.length);
    return { ...this.live };
  };
  remove = async () => {
    this.applied.push([]);
    this.write(this, this.applied.length);
  };
}

/** The message of the error, or the state that the write reports. */
async function outcome(fake: Fake): Promise<unknown> {
  const [item] = changesOf(await plan([fake])) as Exclude<Work, { action: 'delete' }>[];
  if (!item) throw new Error('nothing differs');
  const quick = { budget: 20, first: 5, longest: 5 };
  return applied(item, () => {}, quick).catch((error: Error) => error.message);
}

describe('a write whose answer was lost', () => {
  it('counts as done when it took effect', async () => {
    const fake = new Fake(undefined, { a: 1 }, (one) => {
      one.live = { a: 1 };
      throw lost();
    });
    expect(await outcome(fake)).toEqual(fake.live);
    expect(fake.applied.length).toBe(1);
  });

  it('counts as done when its repetition conflicts with its own effect', async () => {
    const fake = new Fake(undefined, { a: 1 }, (one, attempt) => {
      if (attempt === 1) throw lost();
      one.live = { a: 1 };
      throw conflict();
    });
    expect(await outcome(fake)).toEqual(fake.live);
  });

  it('is made again when it took no effect', async () => {
    const fake = new Fake({ a: 1 }, { a: 2 }, (one, attempt) => {
      if (attempt < 3) throw lost();
      one.live = { a: 2 };
    });
    expect(await outcome(fake)).toEqual(fake.live);
    expect(fake.applied.length).toBe(3);
  });

  it('is completed, and only that, when it took effect in part', async () => {
    const fake = new Fake({ a: 1, b: 1 }, { a: 2, b: 2 }, (one, attempt) => {
      one.live = attempt === 1 ? { a: 2, b: 1 } : { a: 2, b: 2 };
      if (attempt === 1) throw lost();
    });
    expect(await outcome(fake)).toEqual(fake.live);
    expect(fake.applied[1]).toEqual([{ path: 'b', from: 1, to: 2 }]);
  });

  it('fails with its own error when it never takes effect', async () => {
    const fake = new Fake({ a: 1 }, { a: 2 }, () => {
      throw lost('never');
    });
    expect(await outcome(fake)).toBe('never');
    expect(fake.applied.length).toBe(3);
  });

  it.each([
    ['changed', { a: 7 }],
    ['removed', undefined],
  ])('is not repeated when another one has %s the resource', async (_, live) => {
    const fake = new Fake({ a: 1 }, { a: 2 }, (one) => {
      one.live = live;
      throw lost('open');
    });
    expect(await outcome(fake)).toBe('open');
    expect(fake.applied.length).toBe(1);
  });

  it('is not repeated when another owner has created the resource', async () => {
    const fake = new Fake(undefined, { a: 1 }, (one) => {
      one.live = { a: 0 };
      throw lost('open');
    });
    fake.foreignSince = 1;
    expect(await outcome(fake)).toBe('open');
    expect(fake.live).toEqual({ a: 0 });
  });
});

describe('a removal whose answer was lost', () => {
  const removal = (fake: Fake): Plan => ({
    items: [{ resource: fake, action: 'delete', live: fake.live, changes: [], notes: [] }],
  });

  it.each([
    ['counts as done when it took effect', 1],
    ['is made again when it took no effect', 2],
  ])('%s', async (_, attempts) => {
    const fake = new Fake({ a: 1 }, {}, (one, attempt) => {
      if (attempt === attempts) one.live = undefined;
      if (attempt === 1) throw lost();
    });
    expect(await remove(removal(fake))).toEqual([{ resource: fake, gone: true, extent: undefined }]);
    expect(fake.applied.length).toBe(attempts);
  });
});

describe('a write that AWS refused', () => {
  it.each([
    ['a conflict', conflict()],
    ['another error', new Error('no permission')],
  ])('is not repeated: %s', async (_, error) => {
    const fake = new Fake(undefined, { a: 1 }, () => {
      throw error;
    });
    expect(await outcome(fake)).toBe(error.message);
    expect(fake.applied.length).toBe(1);
  });
});
