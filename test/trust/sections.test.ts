// A short part of each section of the trust suite; `npm run trust` runs them whole.
import { afterAll, describe, expect, it } from 'vitest';
import { sections } from '../../trust/main.ts';
import { removeHome } from '../support/cli.ts';

afterAll(removeHome);

describe('the promise is kept:', () => {
  it.each(Object.entries(sections).map(([name, { promise }]) => [promise, name]))('%s', async (_, name) => {
    const { figures, broken } = await (sections[name as string] as (typeof sections)[string]).run(
      'short',
      () => {},
    );
    expect(broken, figures).toEqual([]);
    // Something was tried.
    expect(figures).toMatch(/[1-9]/);
  });
});
