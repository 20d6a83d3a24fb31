// A scope says which fields of a function are compared and what of its config counts.
import { describe, expect, it } from 'vitest';
import type { FunctionConfig } from '../../src/config/project.ts';
import {
  aliasScope,
  codeScope,
  concurrencyScope,
  environmentScope,
  layersScope,
  type Scope,
  wholeScope,
} from '../../src/resources/scope.ts';

const fields = [
  'MemorySize',
  'Environment.Variables.STAGE',
  'Environments',
  'Layers',
  'CodeSha256',
  'ImageUri',
  'PackageType',
  'Role',
  'Tags.team',
  'Tags.slsctl:aliases',
];

const config = {
  key: 'hello',
  removals: { variables: ['OLD'] },
  attachments: {
    reservedConcurrentExecutions: 5,
    aliases: { live: {}, prod: { version: 3 } },
    recursiveLoop: 'Allow',
  },
} as unknown as FunctionConfig;

describe('the scope', () => {
  it.each<[name: string, scope: Scope, compared: string[]]>([
    ['of everything', wholeScope, fields],
    ['of the code', codeScope, ['CodeSha256', 'ImageUri']],
    ['of the environment', environmentScope([]), ['Environment.Variables.STAGE']],
    ['of the layers', layersScope, ['Layers']],
    ['of an alias', aliasScope('live'), ['Tags.slsctl:aliases']],
    ['of reserved concurrency', concurrencyScope, []],
  ])('%s compares its own fields, and the state of the function', (_, scope, compared) => {
    expect(fields.filter((path) => scope.compares(path))).toEqual(compared);
    expect(['State', 'LastUpdateStatus'].every((path) => scope.compares(path))).toBe(true);
  });

  it.each<[name: string, scope: Scope, attachments: unknown]>([
    ['everything', wholeScope, config.attachments],
    ['the code', codeScope, { aliases: config.attachments?.aliases }],
    ['the environment', environmentScope([]), {}],
    ['the layers', layersScope, {}],
    ['an alias', aliasScope('prod'), { aliases: { prod: { version: 3 } } }],
    ['an alias that is not declared', aliasScope('old'), { aliases: { old: null } }],
    ['reserved concurrency', concurrencyScope, { reservedConcurrentExecutions: 5 }],
  ])('of %s leaves other attachments alone', (_, scope, attachments) => {
    expect(scope.narrow(config)).toEqual({ ...config, attachments });
  });

  it('of the environment removes the variables that are unset beside those that the config removes', () => {
    const { narrow } = environmentScope(['STAGE']);
    expect(narrow(config).removals).toEqual({ variables: ['OLD', 'STAGE'] });
    expect(narrow({ ...config, removals: { variables: 'all' } }).removals).toEqual({ variables: 'all' });
  });
});
