// Which environment variables of a live function its project does not know.
import { expect, it } from 'vitest';
import { undeclaredVariables } from '../../../src/resources/function/settings.ts';

it('names that every object has are variables like others', () => {
  const live = { configuration: { Environment: { Variables: { toString: 'x', KNOWN: 'y' } } } };
  const declared = { Environment: { Variables: { KNOWN: 'y' } } };
  expect(undeclaredVariables(declared, live as never)).toEqual(['toString']);
});
