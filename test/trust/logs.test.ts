// The short form of the section `logs` of the trust suite.
import { expect, it } from 'vitest';
import { logs } from '../../trust/logs.ts';

it('logs --follow shows late events, events dated ahead, bursts and slow pages once', async () => {
  expect((await logs('short', () => {})).broken).toEqual([]);
});
