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
  secrets: [],
  installation: [],
  'replace-file': [],
  host: [],
  'captured-host': ['host'],
  engine: ['errors'],
  'yes-or-no': ['errors'],
  aws: ['errors', 'secrets', 'replace-file', 'yes-or-no'],
  advise: ['errors'],
  config: ['errors', 'secrets', 'replace-file', 'advise'],
  packaging: ['errors', 'installation', 'replace-file', 'config', 'advise'],
  ui: ['errors', 'secrets', 'host', 'yes-or-no'],
  resources: ['errors', 'engine', 'aws', 'config', 'packaging'],
  context: ['errors', 'secrets', 'host', 'aws', 'config', 'ui'],
  present: ['errors', 'context', 'aws', 'config', 'ui', 'engine', 'resources'],
  workflow: [
    'errors',
    'secrets',
    'installation',
    'context',
    'aws',
    'config',
    'packaging',
    'advise',
    'engine',
    'resources',
    'ui',
    'present',
  ],
  commands: [
    'errors',
    'secrets',
    'installation',
    'replace-file',
    'context',
    'aws',
    'config',
    'packaging',
    'ui',
    'advise',
    'engine',
    'resources',
    'present',
    'workflow',
  ],
  cli: ['errors', 'host', 'context', 'commands'],
  program: [
    'errors',
    'secrets',
    'host',
    'yes-or-no',
    'captured-host',
    'context',
    'cli',
    'aws',
    'ui',
    'workflow',
  ],
  main: ['host', 'program'],
};

const root = dirname(src);
/** Every file of code in the repository. */
const own = ['src', 'test', 'trust', 'bench', 'scripts', 'bin'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|js|mjs|py)$/.test(path))
    .map((path) => join(root, folder, path)),
);

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

  it('have commands that import no other command', () => {
    const command = (path: string) => path.split('/')[1]?.replace(/\.ts$/, '');
    const others = imports
      .filter(({ from, to }) => room(from) === 'commands' && room(to) === 'commands')
      .filter(({ from, to }) => command(from) !== command(to))
      .map(({ from, to }) => `${from} imports ${to}`);
    expect(others).toEqual([]);
  });

  it('have no folder with more than 25 files of code', () => {
    const sizes = new Map<string, number>();
    for (const path of own) sizes.set(dirname(path), (sizes.get(dirname(path)) ?? 0) + 1);
    const crowded = [...sizes].filter(([, size]) => size > 25);
    expect(crowded).toEqual([]);
  });

  it('let only workflow/local-server.ts know that there is a local AWS to start', () => {
    const mention = files
      .filter((path) => room(path) !== 'local' && path !== 'workflow/local-server.ts')
      .filter((path) => /['"`/]local\/(server|main)|dist\/local/.test(text(path)));
    expect(mention).toEqual([]);
  });

  it('read the process they run in in host.ts alone', () => {
    const reads = files
      .filter((path) => room(path) !== 'local' && path !== 'host.ts')
      .filter((path) => /\bprocess\.(env|cwd|exit|on|argv|stdin|stdout|stderr)\b/.test(text(path)));
    expect(reads).toEqual([]);
  });

  it('have one writer of resource policies', () => {
    const writers = files.filter(
      (path) => room(path) !== 'local' && /\b(Add|Remove)PermissionCommand\b/.test(text(path)),
    );
    expect(writers).toEqual(['resources/attachments/permissions.ts']);
  });

  it('package without loading the AWS SDK, which takes longer than to see that nothing changed', () => {
    const loaded = new Set(['commands/package.ts', 'workflow/deployment-packages.ts']);
    for (const path of loaded) {
      if (!files.includes(path)) continue;
      const values = text(path).matchAll(/^(?:import|export)\s+(?!type\s)(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm);
      for (const [, to = ''] of values) {
        loaded.add(to.startsWith('.') ? posix.join(posix.dirname(path), to) : to);
      }
    }
    expect([...loaded].filter((name) => /^@(aws-sdk|smithy)\//.test(name))).toEqual([]);
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
