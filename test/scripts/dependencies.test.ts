// The check of the build that package.json has exactly the dependencies that dist/ imports.
import { describe, expect, it } from 'vitest';
import { dependencyProblems } from '../../scripts/dependencies.js';
import { importedPackages } from '../../scripts/metafile.js';

const output = (...paths: string[]) => ({
  outputs: { 'dist/a.cjs': { imports: paths.map((path) => ({ path, external: true })), inputs: {} } },
});

describe('importedPackages', () => {
  it('names the packages of all bundles once, without subpaths and without modules of Node.js', () => {
    expect(
      importedPackages([output('lmdb', 'node:fs', 'path'), output('lmdb/native', '@scope/one/deep')]),
    ).toEqual(['@scope/one', 'lmdb']);
  });

  it('leaves out the chunks that a bundle imports of itself', () => {
    const chunk = { path: 'dist/chunks/b.cjs', external: false };
    expect(importedPackages([{ outputs: { 'dist/a.cjs': { imports: [chunk], inputs: {} } } }])).toEqual([]);
  });
});

describe('dependencyProblems', () => {
  it('are none when dependencies and imports are the same', () => {
    expect(dependencyProblems(['esbuild', 'lmdb'], ['esbuild', 'lmdb'])).toEqual([]);
  });

  it('name an import that is not in dependencies', () => {
    expect(dependencyProblems(['lmdb'], ['esbuild', 'lmdb'])).toEqual([
      'dist imports esbuild, which is not in dependencies of package.json: add it, or bundle it',
    ]);
  });

  it('name a dependency that is bundled or unused', () => {
    expect(dependencyProblems(['lmdb', 'zod'], ['lmdb'])).toEqual([
      'dist does not import zod, which is in dependencies of package.json: move it to devDependencies',
    ]);
  });
});
