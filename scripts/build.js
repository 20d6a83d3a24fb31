// Bundles src/ into dist/: the program, split so that each command loads only what it needs, with the thread that
// compresses, and the local AWS server, which runs as a process of its own. lmdb and esbuild stay outside:
// they are native.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(await readFile(`${root}package.json`, 'utf8'));

// CommonJS packages inside an ES module bundle call require() for Node's own modules.
const banner = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  external: ['lmdb', 'esbuild'],
  define: { SLSCTL_VERSION: JSON.stringify(version), SLSCTL_CHECKS: JSON.stringify(await checks()) },
  banner: { js: banner },
  logLevel: 'warning',
};

/** Digest of all by which slsctl.yml is checked, its packages (whose versions are exact) included. */
async function checks() {
  const hash = createHash('sha256').update(await readFile(`${root}package.json`));
  for (const folder of ['src/config/', 'src/advise/']) {
    for (const file of (await readdir(root + folder)).sort()) {
      hash.update(file).update(await readFile(root + folder + file));
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

await rm(`${root}dist`, { recursive: true, force: true });
await Promise.all([
  build({
    ...common,
    entryPoints: { main: 'src/main.ts', 'bundle/deflater': 'src/bundle/deflater.ts' },
    outdir: 'dist',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
  }),
  build({
    ...common,
    entryPoints: { server: 'src/local/main.ts' },
    outdir: 'dist/local',
    plugins: [schemasAndModels],
  }),
]);
await cp(`${root}src/local/runtime/bootstraps`, `${root}dist/local/bootstraps`, { recursive: true });

// Editors complete slsctl.yml by it.
const { stdout } = await promisify(execFile)(process.execPath, [`${root}bin/slsctl.js`, 'schema']);
await writeFile(`${root}dist/slsctl.schema.json`, stdout);
