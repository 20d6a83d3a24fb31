// What it takes to make a large package, next to Info-ZIP and archiver on the same files.
import { appendFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { environment, home, median, node, program, run, table } from './machine.js';
import { fileCount, writeTree } from './tree.js';

const rounds = 3;
const walk = fileURLToPath(new URL('walk.js', import.meta.url));
const archiver = fileURLToPath(new URL('archiver.js', import.meta.url));
const config = `project: bench
functions:
  large: { runtime: nodejs22.x, handler: index.handler, code: ., dependencies: none }
`;

export async function packages() {
  const { NODE_EXTRA_CA_CERTS: certificates } = environment;
  // Node.js 20 reads them before any program begins, and zip, with which it is compared here, does not.
  delete environment.NODE_EXTRA_CA_CERTS;
  const project = join(home, 'large');
  await mkdir(project);
  await writeFile(join(project, 'slsctl.yml'), config);
  await writeFile(join(project, 'index.js'), 'exports.handler = async () => 1;\n');
  const bytes = await writeTree(project);
  const zip = join(home, 'other.zip');
  const peak = join(home, 'peak');
  const noting = join(home, 'note-peak.cjs');
  await writeFile(noting, notesPeak(peak));
  const changed = join(project, 'node_modules', 'package-7', 'lib-3', 'file-730.js');

  const slsctlPackage = () => node(['--require', noting, program, 'package', '--quiet'], { cwd: project });
  const measures = [
    {
      name: 'zip -r',
      // Files that are as young as two seconds are read again by the run after, and these are older then.
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
      wanted: 1,
      peak: 200,
    },
    { name: '… again', once: slsctlPackage, wanted: 0.05 },
    { name: 'Node alone, readdir and stat', once: () => node([walk, join(project, 'node_modules')]) },
    { name: 'Node alone, node -e 0', once: () => node(['-e', '0']) },
    {
      name: '… one file changed',
      once: slsctlPackage,
      before: () => appendFile(changed, '// changed\n'),
      wanted: 0.3,
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
    ['', 'seconds', 'ratio', 'wanted', 'peak MB', 'wanted'],
    measures.map(({ name, times, peaks, wanted, peak: most }) => [
      name,
      median(times).toFixed(2),
      `${shown(median(times.map((time, round) => time / base.times[round])))}×`,
      wanted ? `≤ ${wanted}×` : '',
      peaks.length > 0 ? Math.max(...peaks).toFixed(0) : '',
      most ? `< ${most}` : '',
    ]),
  );
  if (certificates !== undefined) environment.NODE_EXTRA_CA_CERTS = certificates;
  await rm(project, { recursive: true });
}

/** Hundredths tell too little of what is under a tenth. */
const shown = (ratio) => ratio.toFixed(ratio < 0.1 ? 3 : 2);

const megabytes = (count) => (count / 1e6).toFixed(0);

/** A program for `node --require`: writes the most memory that the process has had, in KB, to a file when it ends. */
function notesPeak(file) {
  const write = `writeFileSync(${JSON.stringify(file)}, String(process.resourceUsage().maxRSS))`;
  return `const { writeFileSync } = require('node:fs'); process.on('exit', () => ${write});\n`;
}
