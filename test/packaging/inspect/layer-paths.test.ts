// Layers with modules in folders where the runtime does not look.
import { describe, expect, it } from 'vitest';
import { unreachable } from '../../../src/packaging/inspect/layer-paths.ts';

const problem = (runtime: string, ...paths: string[]) =>
  unreachable(
    runtime,
    paths.map((path) => ({ path, size: 1 })),
  );

describe('the check of paths in a layer', () => {
  it.each<[runtime: string, ...paths: string[]]>([
    ['python3.12', 'python/shared.py'],
    ['python3.12', 'python/shared/__init__.py', 'README.md'],
    ['python3.12', 'python/lib/python3.12/site-packages/shared.py'],
    ['nodejs20.x', 'nodejs/node_modules/greet/index.js'],
    ['nodejs22.x', 'nodejs/node22/node_modules/greet/index.mjs'],
    ['java21', 'java/lib/tools.jar'],
    ['ruby3.4', 'ruby/gems/3.4.0/gems/json/lib/json.rb'],
    ['ruby3.4', 'ruby/lib/tools.rb'],
    ['provided.al2023', 'anything.py'],
    ['dotnet8', 'anything.py'],
  ])('accepts for %s the path %s', (runtime, ...paths) => {
    expect(problem(runtime, ...paths)).toBeUndefined();
  });

  it('accepts data, programs, libraries and extensions', () => {
    expect(problem('python3.12', 'model.bin', 'words/en.txt')).toBeUndefined();
    expect(problem('python3.12', 'bin/tool.py')).toBeUndefined();
    expect(
      problem('nodejs20.x', 'extensions/watch', 'extensions-code/main.js', 'extensions/a.js'),
    ).toBeUndefined();
  });

  it.each<[runtime: string, path: string, wanted: string]>([
    ['python3.12', 'shared.py', 'python/'],
    ['python3.12', 'shared/__init__.py', 'python/'],
    ['python3.12', 'python/lib/python3.11/site-packages/shared.py', 'python/lib/python3.12/site-packages/'],
    ['python3.12', 'site-packages/shared.py', 'python/'],
    ['nodejs20.x', 'node_modules/greet/index.js', 'nodejs/node_modules/'],
    ['nodejs20.x', 'nodejs/greet.js', 'nodejs/node_modules/'],
    ['nodejs20.x', 'nodejs/node22/node_modules/greet/index.js', 'nodejs/node20/node_modules/'],
    ['java21', 'tools.jar', 'java/lib/'],
    ['ruby3.4', 'ruby/gems/3.3.0/gems/json/lib/json.rb', 'ruby/gems/3.4.0/'],
  ])('reports that %s does not find %s', (runtime, path, wanted) => {
    const said = problem(runtime, path);
    expect(said).toContain(path);
    expect(said).toContain(runtime);
    expect(said).toContain(wanted);
  });
});
