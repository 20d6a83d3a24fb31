// npm runs this after it has changed node_modules of a clone, and never where slsctl is installed as a package.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { devDependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const missing = Object.keys(devDependencies).filter((name) => !existsSync(`${root}node_modules/${name}`));

if (missing.length === 0) {
  await import('./build.js');
} else if (!existsSync(`${root}dist/main.cjs`)) {
  process.stderr.write(`slsctl cannot be built without development packages (${missing[0]}); type npm ci\n`);
  process.exitCode = 1;
}
