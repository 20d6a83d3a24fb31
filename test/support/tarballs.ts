// npm packages as tarballs that a lockfile names by path, so that tests need no registry.
import { gzipSync } from 'node:zlib';

export interface TestPackage {
  name: string;
  version?: string;
  /** More fields of package.json. */
  manifest?: Record<string, unknown>;
  files?: Record<string, string | Uint8Array>;
  /** More fields of its entry in package-lock.json. */
  lock?: Record<string, unknown>;
}

export interface TestProject {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  /** All that is installed, wherever it is needed. */
  packages: TestPackage[];
}

/** package.json, package-lock.json and the tarballs, by path. */
export function npmProject({ packages, ...wanted }: TestProject): Record<string, string | Uint8Array> {
  const root = { name: 'project', version: '1.0.0', ...wanted };
  const files: Record<string, string | Uint8Array> = { 'package.json': JSON.stringify(root) };
  const locked: Record<string, unknown> = { '': root };
  for (const { name, version = '1.0.0', manifest, files: content = {}, lock } of packages) {
    const tarball = `tarballs/${name.replaceAll('/', '-')}.tgz`;
    const own = { name, version, ...manifest };
    const entries = {
      'package.json': JSON.stringify(own),
      'index.js': `exports.name = '${name}';\n`,
      ...content,
    };
    files[tarball] = tar(entries);
    locked[`node_modules/${name}`] = { version, resolved: `file:${tarball}`, ...manifest, ...lock };
  }
  const lock = { name: 'project', version: '1.0.0', lockfileVersion: 3, requires: true, packages: locked };
  return { ...files, 'package-lock.json': JSON.stringify(lock) };
}

/** A gzipped tar of files below `package/` (POSIX ustar). */
function tar(files: Record<string, string | Uint8Array>): Uint8Array {
  const blocks = Object.entries(files).flatMap(([path, text]) => {
    const content = Buffer.from(text as string);
    const head = Buffer.alloc(512);
    head.write(`package/${path}`, 0, 100);
    head.write('0000644\0', 100);
    head.write('0000000\0', 108);
    head.write('0000000\0', 116);
    head.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
    head.write('00000000000\0', 136);
    head.write('        ', 148);
    head.write('0', 156);
    head.write('ustar\0', 257);
    head.write('00', 263);
    const sum = head.reduce((total, byte) => total + byte, 0);
    head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [head, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}
