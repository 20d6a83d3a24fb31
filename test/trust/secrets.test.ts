// The short form of the section `secrets` of the trust suite.
import { expect, it } from 'vitest';
import { secrets } from '../../trust/secrets.ts';

it('no command lets one of nine secrets out, in any mode, also when AWS repeats it in an error', async () => {
  expect((await secrets('short', () => {})).broken).toEqual([]);
});
