// Recognises a file by its first bytes: ELF, Mach-O, PE, a script, a private key.
import type { LibraryNeeds } from './elf-needs.ts';

export type System = 'Linux' | 'macOS' | 'Windows' | 'another system';

export interface Native {
  format: 'ELF' | 'Mach-O' | 'PE';
  system: System;
  /** Instruction sets, by Lambda's names where it has them: `x86_64`, `arm64`. A universal Mach-O has several. */
  machines: string[];
  /** The C library that an ELF file of Linux needs; only what is known. */
  needs?: LibraryNeeds;
}

/** How many bytes of a file are needed. */
export const headBytes = 4096;

/** System V ABI, `e_machine`. */
const elfMachines: Record<number, string> = {
  ...{ 3: 'x86', 8: 'mips', 20: 'ppc', 21: 'ppc64', 22: 's390x', 40: 'arm' },
  ...{ 62: 'x86_64', 183: 'arm64', 243: 'riscv', 258: 'loongarch' },
};
/** `mach/machine.h`. */
const machMachines: Record<number, string> = {
  ...{ 7: 'x86', 16777223: 'x86_64', 12: 'arm', 16777228: 'arm64', 33554444: 'arm64_32' },
  ...{ 18: 'ppc', 16777234: 'ppc64' },
};
/** PE Format, "Machine Types". */
const peMachines: Record<number, string> = {
  ...{ 332: 'x86', 452: 'arm', 34404: 'x86_64', 43620: 'arm64' },
};

/** undefined: the file is neither a program nor a library. */
export function nativeOf(head: Buffer): Native | undefined {
  return head.length < 20 ? undefined : (elf(head) ?? machO(head) ?? pe(head));
}

function elf(head: Buffer): Native | undefined {
  if (head.readUInt32BE(0) !== 0x7f454c46) return undefined;
  const little = head[5] !== 2;
  const read = (at: number) => (little ? head.readUInt16LE(at) : head.readUInt16BE(at));
  const type = read(16);
  // Only executables and shared objects are loaded. Object files and core dumps do no harm.
  if (type !== 2 && type !== 3) return undefined;
  const machine = elfMachines[read(18)];
  if (!machine) return undefined;
  // 0: System V, which most Linux toolchains write. 3: GNU.
  const system = head[7] === 0 || head[7] === 3 ? 'Linux' : 'another system';
  return { format: 'ELF', system, machines: [machine] };
}

function machO(head: Buffer): Native | undefined {
  const magic = head.readUInt32BE(0);
  const of = (machines: number[]): Native => ({
    format: 'Mach-O',
    system: 'macOS',
    machines: machines.map((machine) => machMachines[machine] ?? 'unknown'),
  });
  if (magic === 0xfeedface || magic === 0xfeedfacf) return of([head.readUInt32BE(4)]);
  if (magic === 0xcefaedfe || magic === 0xcffaedfe) return of([head.readUInt32LE(4)]);
  const entry = magic === 0xcafebabe ? 20 : magic === 0xcafebabf ? 32 : 0;
  const count = entry > 0 ? head.readUInt32BE(4) : 0;
  // Java classes have the same magic number, followed by a version of at least 45.
  if (count === 0 || count > 30 || 8 + count * entry > head.length) return undefined;
  return of(Array.from({ length: count }, (_, index) => head.readUInt32BE(8 + index * entry)));
}

function pe(head: Buffer): Native | undefined {
  if (head.readUInt16BE(0) !== 0x4d5a || head.length < 64) return undefined;
  const at = head.readUInt32LE(60);
  if (at + 6 > head.length || head.readUInt32BE(at) !== 0x50450000) return undefined;
  const machine = peMachines[head.readUInt16LE(at + 4)];
  return { format: 'PE', system: 'Windows', machines: [machine ?? 'unknown'] };
}

/**
 * Whether Linux could run the file: then it gets the execute bit in the zip. The bit on disk is ignored: Windows has
 * none, and on a mounted disk it can be wrong.
 */
export function isProgram(path: string, head: Buffer): boolean {
  const begins = head.length >= 4 ? head.readUInt32BE(0) : 0;
  return begins === 0x7f454c46 || begins >>> 16 === 0x2321 || path === 'bootstrap';
}

export function isPrivateKey(head: Buffer): boolean {
  return (
    head[0] === 0x2d &&
    /^-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----/.test(head.toString('latin1', 0, 64))
  );
}
