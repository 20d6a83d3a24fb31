// A package without a wheel for the target: the message names the nearest versions on both sides that have one.
import { devNull } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeVersions } from '../../../../src/packaging/build/python/fitting-versions.ts';
import { admits, clausesOf, compareVersions } from '../../../../src/packaging/build/python/versions.ts';
import type { Ran } from '../../../support/cli.ts';
import { slsctl } from '../../../support/in-process.ts';
import { projectWith } from '../../../support/packaged.ts';
import { folderWith } from '../../../support/project.ts';
import { uvProgram } from '../../../support/tools.ts';
import { wheel } from '../../../support/wheels.ts';

const uv = await uvProgram();

/** As on PyPI: source only, then wheels for an older Python, then wheels that fit. */
async function index(): Promise<Record<string, string | Uint8Array>> {
  const tags: [version: string, tag: string][] = [
    ['1.1.1', 'cp39-cp39-manylinux2014_x86_64'],
    ['2.0.1', 'cp310-cp310-manylinux2014_x86_64'],
    ...['2.1.3', '2.1.4', '2.1.5', '3.0.0', '3.0.1', '3.0.2', '3.0.3', '3.0.4'].map(
      (version): [string, string] => [version, 'cp312-cp312-manylinux2014_x86_64'],
    ),
    ['4.0.0rc1', 'cp312-cp312-manylinux2014_x86_64'],
  ];
  const wheels = await Promise.all([
    ...tags.map(([version, tag]) => wheel('marked', version, { tag })),
    wheel('asks', '1.0', { requires: ['marked<2.1'] }),
  ]);
  return Object.fromEntries(wheels.map(([name, content]) => [`wheels/${name}`, content]));
}

async function failing(requirements: string, env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const cwd = await projectWith(
    {
      '.slsctlignore': 'wheels\n',
      'app.py': 'def handler(event, context): pass\n',
      'requirements.txt': `--no-index\n--find-links wheels\n${requirements}\n`,
      ...(await index()),
    },
    ['runtime: python3.12', 'handler: app.handler'],
  );
  const alone = { PIP_FIND_LINKS: '', PIP_CONFIG_FILE: devNull, ...env };
  const ran = await slsctl(['package'], { cwd, env: alone });
  expect(ran.code, ran.stderr).toBe(2);
  return ran;
}

const newer = 'nearest newer: 2.1.3 to 2.1.5, newest: 3.0.4; no older one fits';

describe('a requirement without a wheel', () => {
  it.each([
    ['an exact version', 'marked==2.0.1', 'no wheel of marked==2.0.1', newer],
    ['an upper bound', 'marked<2.1', 'no wheel of marked<2.1', newer],
    ['a range', 'marked>=1,<2.1', 'no wheel of marked', newer],
    ['a series', 'marked==2.0.*', 'no wheel of marked==2.0.*', newer],
    ['a compatible release', 'marked~=2.0.0', 'no wheel of marked~=2.0.0', newer],
    ['a gap', 'marked>2.1.5,<3', 'no wheel of marked', 'nearest older: 2.1.5, nearest newer: 3.0.0 to 3.0.4'],
    [
      'a version beyond the newest',
      'marked==5',
      'no wheel of marked==5',
      'nearest older: 3.0.4; no newer one fits',
    ],
    ['one of several', 'marked<3\nmarked==2.0.1', 'no wheel of marked==2.0.1', newer],
    ['that of another package', 'asks\nmarked<4', 'no wheel of marked<2.1', newer],
  ])('names the nearest versions that have one, with pip: %s', async (_, lines, title, versions) => {
    const { stderr } = await failing(lines);
    expect(stderr).toContain(title);
    expect(stderr).toContain(`versions with wheels that fit: ${versions}`);
  });

  it('is not made of a real conflict', async () => {
    const { stderr } = await failing('marked==2.1.3\nmarked==2.1.4');
    expect(stderr).toContain('next: change or remove one of these versions');
    expect(stderr).not.toContain('no wheel of');
  });

  describe.skipIf(!uv)('with uv', () => {
    /** A machine whose Python has no pip. */
    const withoutPip = async () => {
      const folder = await folderWith();
      const python = process.platform === 'win32' ? 'python' : 'python3';
      const { execFileSync } = await import('node:child_process');
      execFileSync(python, ['-m', 'venv', '--without-pip', folder]);
      const bin = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');
      return { PATH: [bin, dirname(uv as string)].join(delimiter), UV_OFFLINE: '1' };
    };

    it.each([
      ['an exact version', 'marked==2.0.1', 'no wheel of marked==2.0.1'],
      ['a range', 'marked>=1,<2.1', 'no wheel of marked'],
      ['one of several', 'marked<3\nmarked==2.0.1', 'no wheel of marked==2.0.1'],
    ])('names the nearest versions that have one: %s', async (_, lines, title) => {
      const { stderr } = await failing(lines, await withoutPip());
      expect(stderr).toContain(title);
      expect(stderr).toContain(`versions with wheels that fit: ${newer}`);
    });
  });
});

describe('versions with wheels', () => {
  it.each([
    ['1.0', ['0.9', '1.1'], 'versions with wheels that fit: 0.9, 1.1'],
    ['1.0', ['0.8', '0.9', '1.1', '1.2'], 'nearest older: 0.9, nearest newer: 1.1 to 1.2'],
    ['1.0', ['0.8', '0.9', '2.0', '3.0'], 'nearest older: 0.9, nearest newer: 2.0, newest: 3.0'],
    ['3.0', ['1.0', '1.1', '1.2', '2.10'], 'nearest older: 2.10; no newer one fits'],
    ['1.0', ['1.1a1', '1.1rc1', '1.1', '2.0b1', '2.1.dev3'], 'versions with wheels that fit: 1.1'],
  ])('around %s, of %j: %s', (asked, versions, says) => {
    expect(describeVersions(versions, clausesOf(`x==${asked}`))).toContain(says);
  });

  it('are in the order of PEP 440', () => {
    const ordered =
      '0.9 1.dev0 1.0.dev456 1.0a1 1.0a2.dev456 1.0a12.dev456 1.0a12 1.0b1.dev456 1.0b2 1.0b2.post345.dev456 1.0b2.post345 1.0rc1.dev456 1.0rc1 1.0 1.0.post456.dev34 1.0.post456 1.1.dev1 1.1 1.10 1!0.1';
    const versions = ordered.split(' ');
    expect(versions.toReversed().sort(compareVersions)).toEqual(versions);
    expect(compareVersions('1.0', 'v1')).toBe(0);
  });

  it.each([
    ['>=1,<2', '1.5', true],
    ['>=1,<2', '2.0', false],
    ['~=2.2', '2.9', true],
    ['~=2.2', '3.0', false],
    ['~=1.4.5', '1.5', false],
    ['==1.1.*', '1.1.9', true],
    ['!=1.1.*', '1.1.9', false],
    ['==1.0', '1', true],
    ['[extra]>1; python_version < "4"', '1.0', false],
  ])('are admitted by %s: %s %s', (requirement, version, admitted) => {
    expect(admits(clausesOf(`name${requirement}`), version)).toBe(admitted);
  });
});
