// Measures what a user waits for. Everything runs here: `npm run bench`, or `npm run bench -- invocations`.
import { coldStarts } from './cold.js';
import { depth } from './depth.js';
import { invocations } from './invocations.js';
import { removeHome } from './machine.js';
import { many } from './many.js';
import { packages } from './package.js';
import { smallPackages } from './small-package.js';
import { startUp } from './start-up.js';
import { volume } from './volume.js';

const all = {
  'start-up': startUp,
  depth,
  invocations,
  cold: coldStarts,
  volume,
  package: packages,
  'small-package': smallPackages,
  many,
};
const wanted = process.argv.slice(2).filter((name) => !name.startsWith('-'));
const unknown = wanted.filter((name) => !(name in all));
try {
  if (unknown.length > 0) throw new Error(`${unknown} is not measured; ${Object.keys(all).join(', ')} are`);
  for (const [name, measure] of Object.entries(all)) {
    if (wanted.length === 0 || wanted.includes(name)) await measure();
  }
} finally {
  await removeHome();
}
