// Bundles src/ into dist/: the program, split so that each command loads only what it needs, with the thread that
// compresses, and the local AWS server, which runs as a process of its own. lmdb and esbuild stay outside:
// they are native. The program becomes CommonJS, which Node.js starts sooner than ES modules; the server does not,
// since lmdb's CommonJS half does not find itself in a folder such as `C#`.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, transform } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(await readFile(`${root}package.json`, 'utf8'));

const output = {
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
};
const constants = {
  SLSCTL_VERSION: JSON.stringify(version),
  SLSCTL_CHECKS: JSON.stringify(await checks()),
};
const bundle = {
  ...output,
  bundle: true,
  format: 'esm',
  absWorkingDir: root,
  external: ['lmdb', 'esbuild'],
  // What Node.js itself would take is CommonJS, of which nothing can be left out.
  alias: { yaml: `${root}node_modules/yaml/browser/dist/index.js` },
};

/** Digest of all by which slsctl.yml is checked, its packages (whose versions are exact) included. */
async function checks() {
  const hash = createHash('sha256').update(await readFile(`${root}package.json`));
  for (const folder of ['src/config/', 'src/advise/']) {
    const entries = await readdir(root + folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    for (const file of files.sort()) {
      hash.update(relative(root, file)).update(await readFile(file));
    }
  }
  return hash.digest('hex');
}

/** Of the SDK's clients the server needs what describes an API, not what calls it: so much less to load at each start. */
const schemasAndModels = {
  name: 'schemas-and-models',
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/client-[\w-]+$/ }, ({ path }) => ({
      path,
      namespace: 'described',
    }));
    build.onLoad({ filter: /./, namespace: 'described' }, async ({ path: name }) => {
      const folders = ['schemas', 'models'].map((folder) => `node_modules/${name}/dist-es/${folder}`);
      const files = await Promise.all(
        folders.map(async (folder) => (await readdir(root + folder)).map((file) => `./${folder}/${file}`)),
      );
      const contents = files.flat().map((file) => `export * from '${file}';`);
      return { contents: contents.join('\n'), resolveDir: root };
    });
  },
};

/** commander can run commands that are programs of their own; there are none, and starting any takes much to load. */
const noPrograms = {
  name: 'no-programs',
  setup(build) {
    build.onResolve({ filter: /^node:child_process$/ }, ({ importer, path }) =>
      /[\\/]node_modules[\\/]commander[\\/]/.test(importer) ? { path, namespace: 'empty' } : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'empty' }, () => ({ contents: '' }));
  },
};

/** esbuild splits ES modules alone: each of these is made CommonJS afterwards. */
async function buildSplit(options) {
  const { outputFiles } = await build({
    ...bundle,
    ...options,
    outExtension: { '.js': '.cjs' },
    splitting: true,
    write: false,
  });
  for (const { path, text } of outputFiles) {
    const { code } = await transform(text, {
      ...output,
      format: 'cjs',
      supported: { 'dynamic-import': false },
      define: { ...constants, 'import.meta.dirname': '__dirname' },
      // As every ES module is.
      banner: '"use strict";',
    });
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, code);
  }
}

await rm(`${root}dist`, { recursive: true, force: true });
await Promise.all([
  buildSplit({
    entryPoints: { main: 'src/main.ts', 'packaging/deflater': 'src/packaging/zip/deflater.ts' },
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    plugins: [noPrograms],
  }),
  build({
    ...bundle,
    entryPoints: { server: 'src/local/main.ts' },
    outdir: 'dist/local',
    outExtension: { '.js': '.mjs' },
    define: constants,
    // CommonJS packages inside an ES module call require() for Node's own modules.
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    plugins: [schemasAndModels],
  }),
]);
await cp(`${root}src/local/runtime/bootstraps`, `${root}dist/local/bootstraps`, { recursive: true });

// Editors complete slsctl.yml by it.
const { stdout } = await promisify(execFile)(process.execPath, [`${root}bin/slsctl.js`, 'schema']);
await writeFile(`${root}dist/slsctl.schema.json`, stdout);
