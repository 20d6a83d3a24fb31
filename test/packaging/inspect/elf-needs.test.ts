// What an ELF file needs is read from its tables, wherever they are, and damaged files do no harm.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onPath } from '../../../src/packaging/build/tools.ts';
import { partOf } from '../../../src/packaging/file-facts.ts';
import { libraryNeeds } from '../../../src/packaging/inspect/elf-needs.ts';
import { type ElfOptions, elfWith } from '../../support/elf-needs.ts';

const needsOf = (content: Buffer) => libraryNeeds(partOf(content));

describe('the C library that an ELF file needs', () => {
  it.each<[what: string, options: ElfOptions, needs: object]>([
    [
      'the newest of several versions',
      { versions: ['GLIBC_2.2.5', 'GLIBC_2.34', 'GLIBC_2.4'] },
      { glibcMinor: 34 },
    ],
    ['not one that may be missing', { versions: ['GLIBC_2.17'], weak: ['GLIBC_2.38'] }, { glibcMinor: 17 }],
    [
      'not one of another library',
      { versions: ['GLIBC_2.17', 'GLIBCXX_3.4.30', 'GLIBC_PRIVATE'] },
      { glibcMinor: 17 },
    ],
    ['2.36 for compact relocations', { versions: ['GLIBC_2.17', 'GLIBC_ABI_DT_RELR'] }, { glibcMinor: 36 }],
    ['no library, when it is linked statically', {}, {}],
    ['musl, by the name in Alpine Linux', { libraries: ['libc.musl-x86_64.so.1'] }, { musl: true }],
    ['musl, by its own name', { libraries: ['libgcc_s.so.1', 'libc.so'] }, { musl: true }],
    [
      'musl, by its loader',
      { loader: '/lib/ld-musl-aarch64.so.1' },
      { musl: true, loader: '/lib/ld-musl-aarch64.so.1' },
    ],
    [
      'a loader and a version',
      { loader: '/lib64/ld-linux-x86-64.so.2', versions: ['GLIBC_2.26'] },
      { glibcMinor: 26, loader: '/lib64/ld-linux-x86-64.so.2' },
    ],
    [
      'a version whose tables are far into the file',
      { versions: ['GLIBC_2.28'], padding: 70_000 },
      { glibcMinor: 28 },
    ],
  ])('is %s', (_, options, needs) => {
    expect(needsOf(elfWith(options))).toEqual(needs);
  });

  it('is what binutils says for the programs of this machine', async ({ skip }) => {
    const readelf = await onPath('readelf', process.env);
    if (process.platform !== 'linux' || !readelf) return skip();
    const text = execFileSync(readelf, ['-V', process.execPath], { encoding: 'utf8', maxBuffer: 1e8 });
    const minors = [...text.matchAll(/Name: GLIBC_2\.(\d+)\S* {2}Flags: none/g)].map(([, minor]) =>
      Number(minor),
    );
    expect(minors.length).toBeGreaterThan(0);
    expect(needsOf(readFileSync(process.execPath)).glibcMinor).toBe(Math.max(...minors));
  });

  it('is not known for damaged files, which end in no error and in few reads', () => {
    const whole = elfWith({ versions: ['GLIBC_2.34', 'GLIBC_2.2.5'], loader: '/lib64/ld-linux-x86-64.so.2' });
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 12 });
    fc.assert(
      fc.property(damage, fc.nat(whole.length), (changes, length) => {
        const content = Buffer.from(whole.subarray(0, length));
        for (const [at, value] of changes) if (at < length) content[at] = value;
        let reads = 0;
        const needs = libraryNeeds((offset, bytes) => {
          reads += 1;
          expect(bytes).toBeLessThanOrEqual(64 * 1024);
          return partOf(content)(offset, bytes);
        });
        expect(reads).toBeLessThan(10_000);
        expect(needs.glibcMinor ?? 0).toBeLessThan(1000);
      }),
      { numRuns: 3000 },
    );
  });

  it('is not known for tables that lead back to themselves', () => {
    const content = elfWith({ versions: ['GLIBC_2.34'] });
    const at = content.indexOf(Buffer.from([1, 0, 1, 0]), 232);
    // A count of 65,535 entries, each of which is followed by itself.
    content.writeUInt16LE(0xffff, at + 2);
    content.writeUInt32LE(0xffff_fff0, at + 12);
    content.writeUInt32LE(1, at + 16 + 12);
    expect(needsOf(content)).toEqual(expect.any(Object));
  });
});
