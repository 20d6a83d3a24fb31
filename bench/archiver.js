// Zips a folder with archiver, for comparison: `node archiver.js directory|buffers FOLDER ZIP`.
import { createWriteStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipArchive } from 'archiver';

const [mode, folder, zip] = process.argv.slice(2);
const archive = new ZipArchive({ zlib: { level: 6 } });
const written = pipeline(archive, createWriteStream(zip));
if (mode === 'directory') archive.directory(folder, false);
else {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  for (const file of files.sort()) {
    archive.append(await readFile(file), { name: relative(folder, file) });
  }
}
await Promise.all([archive.finalize(), written]);
