// Writes a folder that is like one with many dependencies: 20,000 files with text like code and sizes as in packages.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const fileCount = 20_000;
const perFolder = 10;
const perPackage = 100;

/** Writes the files below `root`/node_modules, the same ones each time. Resolves with their bytes. */
export async function writeTree(root) {
  const random = generator(20_000);
  const pick = (list) => list[Math.floor(random() ** 3 * list.length)];
  const words = Array.from({ length: 900 }, () => word(random));
  const lines = [
    () => `const ${pick(words)} = require('${pick(words)}');`,
    () => `  if (${pick(words)}.${pick(words)} === undefined) return ${pick(words)}(${pick(words)});`,
    () => `  // ${pick(words)} ${pick(words)} ${pick(words)} ${pick(words)} ${pick(words)}`,
    () => `exports.${pick(words)} = function ${pick(words)}(${pick(words)}, options) {`,
    () => `    this.${pick(words)} = options.${pick(words)} ?? ${Math.floor(random() * 100)};`,
    () => '  return this;\n}\n',
  ];
  const sizeOf = () => Math.floor(200 * Math.exp(random() * 5.2));
  let bytes = 0;
  for (let index = 0; index < fileCount; index += perFolder) {
    const name = `package-${Math.floor(index / perPackage)}`;
    const folder = join(root, 'node_modules', name, `lib-${(index / perFolder) % 10}`);
    await mkdir(folder, { recursive: true });
    const files = Array.from({ length: perFolder }, (_, place) => {
      const size = sizeOf();
      let text = '';
      while (text.length < size) text += `${lines[Math.floor(random() * lines.length)]()}\n`;
      bytes += text.length;
      return writeFile(join(folder, `file-${index + place}.js`), text);
    });
    await Promise.all(files);
  }
  return bytes;
}

function word(random) {
  const length = 3 + Math.floor(random() * 8);
  return Array.from({ length }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join('');
}

/** Pseudo-random numbers from 0 to 1. The same seed gives the same numbers. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
