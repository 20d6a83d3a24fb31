// The scope of a command: the fields of a function that it compares, and the part of the config that counts.
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

describe('the scope of a command', () => {
  it.each<[name: string, scope: Scope, compared: string[]]>([
    ['for everything', wholeScope, fields],
    ['for the code', codeScope, ['CodeSha256', 'ImageUri']],
    ['for the environment', environmentScope([]), ['Environment.Variables.STAGE']],
    ['for the layers', layersScope, ['Layers']],
    ['for an alias', aliasScope('live'), ['Tags.slsctl:aliases']],
    ['for reserved concurrency', concurrencyScope, []],
  ])('%s compares its own fields and the state of the function', (_, scope, compared) => {
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
  ])('for %s ignores other attachments', (_, scope, attachments) => {
    expect(scope.narrow(config)).toEqual({ ...config, attachments });
  });

  it('for the environment removes the variables of env unset and those that the config removes', () => {
    const { narrow } = environmentScope(['STAGE']);
    expect(narrow(config).removals).toEqual({ variables: ['OLD', 'STAGE'] });
    expect(narrow({ ...config, removals: { variables: 'all' } }).removals).toEqual({ variables: 'all' });
  });
});
