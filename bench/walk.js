// The least work with which Node can find changes in a folder: `node walk.js FOLDER` lists all files and calls stat.
import { lstatSync, readdirSync } from 'node:fs';

function walk(folder) {
  let files = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) files += walk(path);
    else files += lstatSync(path, { throwIfNoEntry: false }) ? 1 : 0;
  }
  return files;
}

process.stdout.write(`${walk(process.argv[2])} files\n`);
