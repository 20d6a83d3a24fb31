// THIRD_PARTY_NOTICES, and the licenses with which the build fails.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { bundleProgram, bundleServer } from '../../scripts/bundles.js';
import { licenseProblems, notices } from '../../scripts/notices.js';

const root = new URL('../../', import.meta.url);
const described = (name: string, license?: string, texts = [`license of ${name}`]) => ({
  ...{ name, license, texts },
  version: '1.0.0',
});

describe('THIRD_PARTY_NOTICES', () => {
  it('names every package whose code is in dist, with its version', async () => {
    const text = await readFile(new URL('THIRD_PARTY_NOTICES', root), 'utf8');
    const bundles = await Promise.all([bundleProgram(), bundleServer()]);
    const folders = bundles
      .flatMap(({ metafile }) => Object.values(metafile?.outputs ?? {}))
      .flatMap(({ inputs }) => Object.keys(inputs))
      .filter((path) => path.includes('node_modules/'))
      .map((path) => path.replace(/(.*node_modules\/(?:@[^/]+\/)?[^/]+)\/.*/, '$1'));
    const missing: string[] = [];
    for (const folder of new Set(folders)) {
      const { name, version } = JSON.parse(await readFile(new URL(`${folder}/package.json`, root), 'utf8'));
      if (!text.includes(`\n${name} ${version}, `)) missing.push(`${name} ${version}`);
    }
    expect(folders.length).toBeGreaterThan(100);
    expect(missing).toEqual([]);
  });

  it('has the copyright lines of bundled packages', async () => {
    const text = await readFile(new URL('THIRD_PARTY_NOTICES', root), 'utf8');
    for (const name of ['commander', 'acorn', 'zod', 'yaml', 'chalk']) {
      const license = await readFile(new URL(`node_modules/${name}/LICENSE`, root), 'utf8').catch(() =>
        readFile(new URL(`node_modules/${name}/license`, root), 'utf8'),
      );
      expect(text).toContain(license.replaceAll('\r\n', '\n').trim());
    }
  });
});

describe('notices', () => {
  it('list packages with the same license text above it, once', () => {
    const packages = [described('a', 'MIT', ['same']), described('b', 'MIT', ['same'])];
    expect(notices(packages)).toMatch(/a 1\.0\.0, MIT\nb 1\.0\.0, MIT\n-+\n\nsame\n$/);
  });

  it('give a package without a license text that of its scope', () => {
    const packages = [
      described('@aws/a', 'Apache-2.0', []),
      described('@aws/b', 'Apache-2.0', ['license and notice']),
    ];
    expect(licenseProblems(packages)).toEqual([]);
    expect(notices(packages)).toMatch(/a 1\.0\.0, Apache-2\.0\n@aws\/b 1\.0\.0/);
  });
});

describe('licenseProblems', () => {
  it.each([
    ['MIT'],
    ['Apache-2.0'],
    ['(MIT AND Zlib)'],
    ['GPL-3.0-only OR MIT'],
    ['(BSD-3-Clause OR GPL-2.0)'],
  ])('are none for %s', (license) => {
    expect(licenseProblems([described('a', license)])).toEqual([]);
  });

  it.each([
    ['GPL-3.0-only'],
    ['AGPL-3.0'],
    ['MIT AND GPL-2.0'],
    ['(MIT OR GPL-2.0) AND GPL-3.0'],
    ['SEE LICENSE IN LICENSE.md'],
    ['UNLICENSED'],
  ])('refuse %s', (license) => {
    expect(licenseProblems([described('a', license)])).toEqual([
      `a 1.0.0 is under ${license}, which is not known to allow bundling: use another package`,
    ]);
  });

  it('refuse a package that names no license', () => {
    expect(licenseProblems([described('a')])).toEqual([
      'a 1.0.0 is under no license, which is not known to allow bundling: use another package',
    ]);
  });

  it('refuse a package without a license text', () => {
    expect(
      licenseProblems([described('a', 'MIT', []), described('@x/b', 'MIT'), described('c', 'MIT')]),
    ).toEqual(['a 1.0.0 is bundled but has no file with its license']);
  });
});
