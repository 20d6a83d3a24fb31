// The global options that say where a command goes are typed again as they were.
import { describe, expect, it } from 'vitest';
import { placeFlags } from '../../src/ui/place.ts';

describe('where commands go', () => {
  it.each([
    [{}, {}, ''],
    [{ local: true }, {}, '--local'],
    [{ local: true }, { SLSCTL_LOCAL: '0' }, '--local'],
    [{ local: true }, { SLSCTL_LOCAL: '1' }, ''],
    [{ stage: 'prod', profile: 'work' }, {}, '--stage prod --profile work'],
    [{ config: 'my file.yml' }, {}, '--config "my file.yml"'],
    [{ endpointUrl: 'http://127.0.0.1:4566' }, {}, '--endpoint-url http://127.0.0.1:4566'],
  ])('%o is typed as it was', (options, env, flags) => {
    expect(placeFlags(options, env)).toBe(flags);
  });
});
