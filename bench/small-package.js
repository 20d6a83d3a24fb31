// Time for making packages of a few files, compared with archiver on the same files.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { home, median, node, program, table } from './harness.js';

const rounds = 15;
const archiver = join(home, 'archiver.mjs');
const config = `project: bench
functions:
  small: { runtime: nodejs22.x, handler: index.handler, code: code, dependencies: none }
`;

export async function smallPackages() {
  // Bundled into one file, as slsctl itself is, so that loading takes the same time.
  await build({
    entryPoints: [fileURLToPath(new URL('archiver.js', import.meta.url))],
    outfile: archiver,
    ...{ bundle: true, platform: 'node', format: 'esm', minifyWhitespace: true, logLevel: 'error' },
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  });
  for (const count of [1, 100]) await smallPackage(count);
}

async function smallPackage(count) {
  const project = join(home, 'small');
  const code = join(project, 'code');
  await mkdir(code, { recursive: true });
  await writeFile(join(project, 'slsctl.yml'), config);
  for (let index = 0; index < count; index += 1) {
    const text = `exports.handler = async () => ${index};\n// ${'what it does '.repeat(200)}\n`;
    await writeFile(join(code, index === 0 ? 'index.js' : `file-${index}.js`), text);
  }
  const slsctlPackage = () => node([program, 'package', '--quiet'], { cwd: project });
  const measures = [
    { name: 'node -e 0', once: () => node(['-e', '0']), base: undefined },
    {
      name: 'archiver, buffers',
      once: () => node([archiver, 'buffers', code, join(home, 'small.zip')]),
      base: 'node -e 0',
    },
    { name: 'slsctl package, unchanged', once: slsctlPackage, base: undefined },
    {
      name: 'slsctl package',
      once: slsctlPackage,
      before: () => rm(join(project, '.slsctl'), { recursive: true, force: true }),
      base: 'slsctl package, unchanged',
    },
  ].map((measure) => ({ ...measure, times: [] }));
  for (let round = -2; round < rounds; round += 1) {
    for (const { before, once, times } of measures) {
      await before?.();
      const began = performance.now();
      await once();
      if (round >= 0) times.push(performance.now() - began);
    }
  }
  const timesOf = (measure) => measures.find(({ name }) => name === measure).times;
  table(
    `A package of ${count} file${count === 1 ? '' : 's'}, median of ${rounds} rounds`,
    ['', 'ms', 'for the zip'],
    measures.map(({ name, times, base }) => [
      name,
      median(times).toFixed(0),
      base ? median(times.map((time, round) => time - timesOf(base)[round])).toFixed(0) : '',
    ]),
  );
  await rm(project, { recursive: true });
}
