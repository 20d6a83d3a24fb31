// The undeclared environment variables of a live function.
import { expect, it } from 'vitest';
import { undeclaredVariables } from '../../../src/resources/function/settings.ts';

it('environment variables may have the names of JavaScript’s object members', () => {
  const live = { configuration: { Environment: { Variables: { toString: 'x', KNOWN: 'y' } } } };
  const declared = { Environment: { Variables: { KNOWN: 'y' } } };
  expect(undeclaredVariables(declared, live as never)).toEqual(['toString']);
});
