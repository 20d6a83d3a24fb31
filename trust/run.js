// Runs the trust suite: `npm run trust` for all sections, `npm run trust -- crash faults` for some.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { constantsOf } from '../scripts/constants.js';

const root = fileURLToPath(new URL('..', import.meta.url));
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** Files of this repository find others by their own address, which the bundle would change. */
const ownAddress = {
  name: 'own-address',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/](test|trust)[\\/].*\.ts$|[\\/]installation\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)));
      return { contents, loader: 'ts' };
    });
  },
};

const { outputFiles } = await build({
  entryPoints: [`${root}trust/main.ts`],
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  define: await constantsOf(root),
  plugins: [ownAddress],
  logLevel: 'warning',
});
// Packages are found from here.
const folder = join(root, 'node_modules', '.cache', `slsctl-trust-${process.pid}`);
await mkdir(folder, { recursive: true });
const file = join(folder, 'main.mjs');
await writeFile(file, outputFiles[0].text);
let code = 1;
try {
  const { main } = await import(pathToFileURL(file).href);
  code = await main(process.argv.slice(2));
} finally {
  await rm(folder, { recursive: true, force: true });
}
// A section that failed half-way may have left a server.
process.exit(code);
