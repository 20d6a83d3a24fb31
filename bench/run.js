// Runs the benchmarks: `npm run bench` for all, `npm run bench -- invocations` for one.
import { coldStarts } from './cold.js';
import { depth } from './depth.js';
import { events } from './events.js';
import { removeHome } from './harness.js';
import { http } from './http.js';
import { invocations } from './invocations.js';
import { manyFunctions } from './many-functions.js';
import { packages } from './package.js';
import { smallPackages } from './small-package.js';
import { startUp } from './start-up.js';
import { volume } from './volume.js';

const all = {
  'start-up': startUp,
  depth,
  invocations,
  http,
  events,
  cold: coldStarts,
  volume,
  package: packages,
  'small-package': smallPackages,
  many: manyFunctions,
};
const chosen = process.argv.slice(2).filter((name) => !name.startsWith('-'));
const unknown = chosen.filter((name) => !(name in all));
try {
  if (unknown.length > 0)
    throw new Error(`there is no benchmark ${unknown}; there are: ${Object.keys(all).join(', ')}`);
  for (const [name, measure] of Object.entries(all)) {
    if (chosen.length === 0 || chosen.includes(name)) await measure();
  }
} finally {
  await removeHome();
}
