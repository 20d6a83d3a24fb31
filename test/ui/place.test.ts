// The user's global options for the target of a command are repeated in suggested commands.
import { describe, expect, it } from 'vitest';
import { placeFlags } from '../../src/ui/place.ts';

describe('a suggested command', () => {
  it.each([
    [{}, {}, ''],
    [{ local: true }, {}, '--local'],
    [{ local: true }, { SLSCTL_LOCAL: '0' }, '--local'],
    [{ local: true }, { SLSCTL_LOCAL: '1' }, ''],
    [{ local: true }, { SLSCTL_LOCAL: 'Yes' }, ''],
    [{ local: true }, { SLSCTL_LOCAL: 'perhaps' }, '--local'],
    [{ stage: 'prod', profile: 'work' }, {}, '--stage prod --profile work'],
    [{ config: 'my file.yml' }, {}, '--config "my file.yml"'],
    [{ endpointUrl: 'http://127.0.0.1:4566' }, {}, '--endpoint-url http://127.0.0.1:4566'],
  ])('repeats the user’s global options %o', (options, env, flags) => {
    expect(placeFlags(options, env)).toBe(flags);
  });
});
