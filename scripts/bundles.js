// What esbuild makes of src/: the program, split so that each command loads only what it needs, with the thread that
// compresses; and the local AWS server, which runs as a process of its own.
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { constantsOf } from './constants.js';
import { emptyPrograms, partitionTable, schemasAndModels } from './plugins.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const constants = await constantsOf(root);

const output = {
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
};
const bundle = {
  ...output,
  bundle: true,
  write: false,
  metafile: true,
  format: 'esm',
  absWorkingDir: root,
  // Native packages cannot be bundled: these are the dependencies that slsctl is installed with.
  external: ['lmdb', 'esbuild'],
  // Node.js would take the CommonJS files of yaml, from which esbuild cannot drop unused code.
  alias: {
    yaml: `${root}node_modules/yaml/browser/dist/index.js`,
    // The packages of proxies write to it.
    debug: `${root}scripts/no-debug.cjs`,
  },
};

/**
 * Answers esbuild's metafile and the files to write: `{ path, contents }`, absolute path and text. The program becomes
 * CommonJS, which Node.js starts sooner than ES modules. esbuild splits ES modules only, so each file is made CommonJS
 * after that.
 */
export async function bundleProgram() {
  const { outputFiles, metafile } = await build({
    ...bundle,
    entryPoints: { main: 'src/main.ts', 'packaging/pack-thread': 'src/packaging/zip/pack-thread.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    chunkNames: 'chunks/[name]-[hash]',
    splitting: true,
    plugins: [emptyPrograms, partitionTable(root)],
  });
  const files = outputFiles.map(async ({ path, text }) => {
    const { code } = await transform(text, {
      ...output,
      format: 'cjs',
      supported: { 'dynamic-import': false },
      define: { ...constants, 'import.meta.dirname': '__dirname' },
      // As every ES module is.
      banner: '"use strict";',
    });
    return { path, contents: code };
  });
  return { metafile, files: await Promise.all(files) };
}

/**
 * The same of the server. It stays an ES module, since lmdb's CommonJS half does not find itself in a folder such as
 * `C#`.
 */
export async function bundleServer() {
  const { outputFiles, metafile } = await build({
    ...bundle,
    entryPoints: { server: 'src/local/main.ts' },
    outdir: 'dist/local',
    outExtension: { '.js': '.mjs' },
    define: constants,
    // CommonJS packages inside an ES module call require() for Node's own modules.
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    plugins: [schemasAndModels(root), partitionTable(root)],
  });
  return { metafile, files: outputFiles.map(({ path, text }) => ({ path, contents: text })) };
}
