// Builds slsctl: dist/ from src/, and THIRD_PARTY_NOTICES from the packages whose code is in dist/.
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundleProgram, bundleServer } from './bundles.js';
import { dependencyProblems } from './dependencies.js';
import { bundledPackages, importedPackages } from './metafile.js';
import { licenseProblems, notices } from './notices.js';

const root = fileURLToPath(new URL('..', import.meta.url));

const bundles = await Promise.all([bundleProgram(), bundleServer()]);
const metafiles = bundles.map(({ metafile }) => metafile);

const packages = await bundledPackages(root, metafiles);
const { dependencies } = JSON.parse(await readFile(`${root}package.json`, 'utf8'));
const problems = [
  ...dependencyProblems(Object.keys(dependencies), importedPackages(metafiles)),
  ...licenseProblems(packages),
];
if (problems.length > 0) {
  process.stderr.write(problems.map((problem) => `build: ${problem}\n`).join(''));
  process.exit(1);
}

await rm(`${root}dist`, { recursive: true, force: true });
for (const { path, contents } of bundles.flatMap(({ files }) => files)) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, contents);
}
await cp(`${root}src/local/runtime/bootstraps`, `${root}dist/local/bootstraps`, { recursive: true });
await writeFile(`${root}THIRD_PARTY_NOTICES`, notices(packages));

// Editors complete slsctl.yml by it.
const { stdout } = await promisify(execFile)(process.execPath, [`${root}bin/slsctl.js`, 'schema']);
await writeFile(`${root}dist/slsctl.schema.json`, stdout);
