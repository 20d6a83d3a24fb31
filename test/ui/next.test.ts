// The advice after an error: its slsctl commands exist, and they keep the user's global options.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/table.ts';
import type { Next } from '../../src/errors/next.ts';
import { nextText } from '../../src/ui/next.ts';

describe('the next command after an error', () => {
  it.each<[kind: string, next: Next, shown: string, atPlace: string]>([
    ['a command', { command: 'deploy' }, 'slsctl deploy', 'slsctl deploy --local'],
    [
      'a command with an ARN',
      { command: 'layer detach arn:aws:lambda:1' },
      'slsctl layer detach arn:aws:lambda:1',
      'slsctl layer detach arn:aws:lambda:1 --local',
    ],
    [
      'a command and its purpose',
      { command: 'versions hello', why: 'all that there are' },
      'slsctl versions hello: all that there are',
      'slsctl versions hello --local: all that there are',
    ],
    [
      'a command and advice',
      [{ command: 'alias set hello live' }, ', then deploy'],
      'slsctl alias set hello live, then deploy',
      'slsctl alias set hello live --local, then deploy',
    ],
    [
      'two commands',
      [{ command: 'versions' }, ', then ', { command: 'rollback --to VERSION' }],
      'slsctl versions, then slsctl rollback --to VERSION',
      'slsctl versions --local, then slsctl rollback --to VERSION --local',
    ],
    ['a command that needs no project', 'slsctl init', 'slsctl init', 'slsctl init'],
    [
      'advice that names slsctl',
      'remove role: from slsctl.yml, and slsctl creates one',
      'remove role: from slsctl.yml, and slsctl creates one',
      'remove role: from slsctl.yml, and slsctl creates one',
    ],
    [
      'advice that names an option',
      'pass another --profile',
      'pass another --profile',
      'pass another --profile',
    ],
  ])('shows %s; a slsctl command of the project keeps the global options', (_, next, shown, atPlace) => {
    expect(nextText(next, '')).toBe(shown);
    expect(nextText(next, '--local')).toBe(atPlace);
  });

  it('is always a command that exists', () => {
    const src = fileURLToPath(new URL('../../src', import.meta.url));
    const named = readdirSync(src, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.startsWith('packaging'))
      .flatMap((path) =>
        [...readFileSync(join(src, path), 'utf8').matchAll(/\{\s*command: ['`]([a-z ]+)/g)].map(
          ([, words = '']) => words.trim().split(' '),
        ),
      );
    expect(named.length).toBeGreaterThan(30);
    const nameOf = ({ usage }: { usage: string }) => usage.split(' ')[0];
    const unknown = named.filter(([first, second]) => {
      const command = commands.find((one) => nameOf(one) === first);
      if (!command?.subcommands) return !command;
      return !command.subcommands.some((one) => nameOf(one) === second);
    });
    expect(unknown).toEqual([]);
  });
});
