// Hints that are typed as they stand go where the user was.
import { describe, expect, it } from 'vitest';
import { atPlace, placeFlags } from '../../src/ui/place.ts';

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

  it.each([
    ['slsctl deploy', 'slsctl deploy --local'],
    ['slsctl deploy --local', 'slsctl deploy --local'],
    ['slsctl alias set hello live, then deploy', 'slsctl alias set hello live, then deploy (with --local)'],
    ['slsctl versions hello: all that there are', 'slsctl versions hello --local: all that there are'],
    ['slsctl layer detach arn:aws:lambda:1', 'slsctl layer detach arn:aws:lambda:1 --local'],
    ['slsctl init', 'slsctl init'],
    [
      'remove role: from slsctl.yml, and slsctl makes one',
      'remove role: from slsctl.yml, and slsctl makes one',
    ],
    ['pass another --profile', 'pass another --profile'],
  ])('%s', (hint, shown) => {
    expect(atPlace(hint, '--local')).toBe(shown);
    expect(atPlace(hint, '')).toBe(hint);
  });
});
