// Python wheels for tests without a package index: pure ones, and ones with native code.
import { zipOf } from './zip.ts';

export interface WheelOptions {
  /** Python, ABI and platform; default: pure Python. */
  tag?: string;
  files?: Record<string, string | Uint8Array>;
  /** Lines for `Requires-Dist`. */
  requires?: string[];
  /** Lines of entry_points.txt. */
  scripts?: string[];
}

/** File name and content. */
export async function wheel(
  name: string,
  version: string,
  { tag = 'py3-none-any', files, requires = [], scripts = [] }: WheelOptions = {},
): Promise<[string, Uint8Array]> {
  const info = `${name}-${version}.dist-info`;
  const all: Record<string, string | Uint8Array> = {
    ...(files ?? { [`${name}/__init__.py`]: `version = ${JSON.stringify(version)}\n` }),
    [`${info}/METADATA`]: [
      'Metadata-Version: 2.1',
      `Name: ${name}`,
      `Version: ${version}`,
      ...requires.map((line) => `Requires-Dist: ${line}`),
      '',
    ].join('\n'),
    [`${info}/WHEEL`]: `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: ${tag}\n`,
    ...(scripts.length > 0
      ? { [`${info}/entry_points.txt`]: `[console_scripts]\n${scripts.join('\n')}\n` }
      : {}),
  };
  const record = [...Object.keys(all), `${info}/RECORD`].map((path) => `${path},,`).join('\n');
  return [`${name}-${version}-${tag}.whl`, await zipOf({ ...all, [`${info}/RECORD`]: `${record}\n` })];
}

const machines = { x86_64: 62, aarch64: 183 } as const;

/** The head of a shared library, which says what machine it is for. */
export function sharedLibrary(machine: keyof typeof machines): Uint8Array {
  const head = Buffer.alloc(64);
  head.write('\x7fELF\x02\x01\x01', 'latin1');
  head.writeUInt16LE(3, 16);
  head.writeUInt16LE(machines[machine], 18);
  return head;
}

/** The machine of an ELF file; undefined: it is not an ELF file. */
export function machineOf(file: Uint8Array): keyof typeof machines | undefined {
  const bytes = Buffer.from(file);
  if (bytes.subarray(0, 4).toString('latin1') !== '\x7fELF') return undefined;
  const machine = bytes.readUInt16LE(18);
  return (Object.keys(machines) as (keyof typeof machines)[]).find((name) => machines[name] === machine);
}
