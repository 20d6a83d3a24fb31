// Reads the imports of src/ and holds the order of the rooms: arrows point down, and there are no circles.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../src', import.meta.url));

/** Rooms that the files of a room may import from, beside their own; `root` is src itself. */
const allowed: Record<string, readonly string[]> = {
  local: [],
  errors: [],
  patience: [],
  installation: [],
  aws: ['errors'],
  advise: ['errors'],
  config: ['errors', 'advise'],
  bundle: ['errors', 'installation', 'config', 'advise'],
  ui: ['errors'],
  resources: ['errors', 'patience', 'aws', 'config', 'bundle'],
  engine: ['errors', 'patience', 'resources'],
  context: ['errors', 'aws', 'config', 'ui'],
  commands: [
    'errors',
    'installation',
    'context',
    'aws',
    'config',
    'bundle',
    'ui',
    'advise',
    'resources',
    'engine',
  ],
  cli: ['context', 'commands'],
  program: ['errors', 'context', 'cli', 'aws', 'ui', 'commands'],
  main: ['program'],
};

interface Import {
  from: string;
  to: string;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((path) => path.split(sep).join('/'))
  .filter((path) => path.endsWith('.ts'))
  .sort();

const text = (path: string): string => readFileSync(join(src, path), 'utf8');

const imports: Import[] = files.flatMap((from) => {
  const found = text(from).matchAll(
    /^(?:import|export)\s+(?:type\s)?(?:[^'";]*?\sfrom\s+)?'(\.[^']+)'|\bimport\(\s*'(\.[^']+)'\s*\)/gm,
  );
  return [...found].map(([, statically, dynamically]) => ({
    from,
    to: posix.normalize(posix.join(posix.dirname(from), (statically ?? dynamically) as string)),
  }));
});

/** The folder of src/ that a file is in, or its own name. */
const room = (path: string): string => path.split('/')[0]?.replace(/\.ts$/, '') ?? '';

describe('the rooms of src/', () => {
  it('are read in full', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(imports.length).toBeGreaterThan(files.length);
    expect(imports.filter(({ to }) => !files.includes(to) && !to.startsWith('../'))).toEqual([]);
  });

  it('import downwards only', () => {
    const upwards = imports
      .filter(({ from, to }) => room(from) !== room(to) && !allowed[room(from)]?.includes(room(to)))
      .map(({ from, to }) => `${from} imports ${to}`);
    expect(upwards).toEqual([]);
  });

  it('give the engine one file of resources', () => {
    const others = imports.filter(
      ({ from, to }) => room(from) === 'engine' && room(to) === 'resources' && to !== 'resources/resource.ts',
    );
    expect(others).toEqual([]);
  });

  it('let only commands/local.ts know that there is a local AWS to start', () => {
    const mention = files
      .filter((path) => room(path) !== 'local' && path !== 'commands/local.ts')
      .filter((path) => /['"`/]local\/(server|main)|dist\/local/.test(text(path)));
    expect(mention).toEqual([]);
  });

  it('have no circles, of types neither', () => {
    const next = new Map<string, string[]>();
    for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (path: string, trail: string[]): void => {
      if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      if (done.has(path)) return;
      done.add(path);
      for (const one of next.get(path) ?? []) visit(one, [...trail, path]);
    };
    for (const path of files) visit(path, []);
    expect(circles).toEqual([]);
  });

  it('have no barrels and no room for leftovers', () => {
    expect(files.filter((path) => /(^|\/)(index|utils?|helpers?|common|misc)(\.ts$|\/)/.test(path))).toEqual(
      [],
    );
  });
});

describe('each file', () => {
  const root = dirname(src);
  const own = ['src', 'test', 'bench', 'scripts', 'bin'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(ts|js|mjs|py)$/.test(path))
      .map((path) => join(root, folder, path)),
  );

  it('can be read in one sitting', () => {
    const long = own
      .map((path) => ({
        path: relative(root, path),
        lines: readFileSync(path, 'utf8').split('\n').length - 1,
      }))
      .filter(({ lines }) => lines > 400);
    expect(long).toEqual([]);
  });

  it('starts with a sentence that says its job', () => {
    const silent = files.filter((path) => !/^\/\/ \S|^\/\*\*? /.test(text(path)));
    expect(silent).toEqual([]);
  });
});
