// Time and memory for making a large package, compared with Info-ZIP and archiver on the same files.
import { appendFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { environment, home, median, node, program, run, table } from './harness.js';
import { fileCount, writeTree } from './write-tree.js';

const rounds = 3;
const walk = fileURLToPath(new URL('walk.js', import.meta.url));
const archiver = fileURLToPath(new URL('archiver.js', import.meta.url));
const config = `project: bench
functions:
  large: { runtime: nodejs22.x, handler: index.handler, code: ., dependencies: none }
`;

export async function packages() {
  const { NODE_EXTRA_CA_CERTS: certificates } = environment;
  // Node.js 20 reads these certificates before any program begins. The comparison with zip would not be fair.
  delete environment.NODE_EXTRA_CA_CERTS;
  const project = join(home, 'large');
  await mkdir(project);
  await writeFile(join(project, 'slsctl.yml'), config);
  await writeFile(join(project, 'index.js'), 'exports.handler = async () => 1;\n');
  const bytes = await writeTree(project);
  const zip = join(home, 'other.zip');
  const peak = join(home, 'peak');
  const peakRecorder = join(home, 'record-peak.cjs');
  await writeFile(peakRecorder, peakRecorderSource(peak));
  const changed = join(project, 'node_modules', 'package-7', 'lib-3', 'file-730.js');

  const slsctlPackage = () =>
    node(['--require', peakRecorder, program, 'package', '--quiet'], { cwd: project });
  const measures = [
    {
      name: 'zip -r',
      // It comes first, so that the new files are more than two seconds old when slsctl reads them: only then it trusts
      // their times, and need not read them again.
      once: () => run('zip', ['-r', '-q', zip, '.', '-x', '.slsctl/*'], { cwd: project }),
      before: () => rm(zip, { force: true }),
    },
    {
      name: 'archiver, directory()',
      once: () => node([archiver, 'directory', join(project, 'node_modules'), zip]),
    },
    {
      name: 'archiver, buffers',
      once: () => node([archiver, 'buffers', join(project, 'node_modules'), zip]),
    },
    {
      name: 'slsctl package',
      once: slsctlPackage,
      before: () => rm(join(project, '.slsctl'), { recursive: true, force: true }),
      limit: 1,
      peakLimit: 200,
    },
    { name: '… again', once: slsctlPackage, limit: 0.05 },
    { name: 'Node alone, readdir and stat', once: () => node([walk, join(project, 'node_modules')]) },
    { name: 'Node alone, node -e 0', once: () => node(['-e', '0']) },
    {
      name: '… one file changed',
      once: slsctlPackage,
      before: () => appendFile(changed, '// changed\n'),
      limit: 0.3,
    },
  ].map((measure) => ({ ...measure, times: [], peaks: [], sizes: [] }));

  for (let round = 0; round < rounds; round += 1) {
    for (const { name, before, once, times, peaks } of measures) {
      await before?.();
      const began = performance.now();
      await once();
      times.push((performance.now() - began) / 1000);
      if (/slsctl|…/.test(name)) peaks.push(Number(await readFile(peak, 'utf8')) / 1024);
    }
  }
  const [base] = measures;
  const size = (await stat(join(project, '.slsctl', 'large.zip'))).size;
  table(
    `A package of ${fileCount} files (${megabytes(bytes)} MB, zipped ${megabytes(size)} MB), median of ${rounds} rounds`,
    ['', 'seconds', 'ratio', 'limit', 'peak MB', 'limit'],
    measures.map(({ name, times, peaks, limit, peakLimit }) => [
      name,
      median(times).toFixed(2),
      `${formatRatio(median(times.map((time, round) => time / base.times[round])))}×`,
      limit ? `≤ ${limit}×` : '',
      peaks.length > 0 ? Math.max(...peaks).toFixed(0) : '',
      peakLimit ? `< ${peakLimit}` : '',
    ]),
  );
  if (certificates !== undefined) environment.NODE_EXTRA_CA_CERTS = certificates;
  await rm(project, { recursive: true });
}

/** Two decimals are too coarse for ratios below 0.1. */
const formatRatio = (ratio) => ratio.toFixed(ratio < 0.1 ? 3 : 2);

const megabytes = (count) => (count / 1e6).toFixed(0);

/** A module for `node --require`: when the process ends, it writes the peak memory in KB to a file. */
function peakRecorderSource(file) {
  const write = `writeFileSync(${JSON.stringify(file)}, String(process.resourceUsage().maxRSS))`;
  return `const { writeFileSync } = require('node:fs'); process.on('exit', () => ${write});\n`;
}
