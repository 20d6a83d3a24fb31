// What a package is built for: language version, architecture, and the C library of the runtime's Amazon Linux.
import type { FunctionSettings } from '../../config/project.ts';

export interface Target {
  /** `python3.12` */
  runtime: string;
  family: 'python' | 'nodejs' | 'other';
  /** `3.12`, `22`; empty for other families. */
  version: string;
  architecture: 'x86_64' | 'arm64';
  /** glibc 2.x of Amazon Linux 2 or 2023. */
  glibcMinor: 26 | 34;
}

export function targetOf({ Runtime, Architectures }: FunctionSettings): Target {
  const runtime: string = Runtime ?? '';
  const [, name = '', version = ''] = /^(python|nodejs)(\d+(?:\.\d+)?)/.exec(runtime) ?? [];
  return {
    runtime,
    family: name === 'python' || name === 'nodejs' ? name : 'other',
    version,
    architecture: Architectures?.[0] === 'arm64' ? 'arm64' : 'x86_64',
    glibcMinor: isAmazonLinux2(runtime, name, version) ? 26 : 34,
  };
}

/** AWS Lambda Developer Guide, "Lambda runtimes": the operating system of each. */
function isAmazonLinux2(runtime: string, name: string, version: string): boolean {
  if (name === 'python') return Number(version.split('.')[1]) < 12;
  if (name === 'nodejs') return Number(version) < 20;
  return runtime === 'provided.al2';
}

/** `python3.12 arm64`, as users are told it. */
export function describeTarget({ runtime, architecture }: Target): string {
  return `${runtime} ${architecture}`;
}

/** The machine as Python's packaging names it. */
export function pythonMachine({ architecture }: Target): 'x86_64' | 'aarch64' {
  return architecture === 'arm64' ? 'aarch64' : 'x86_64';
}

/** Tags of wheels that run there, the best first (PEP 600, PEP 599, PEP 571, PEP 513). */
export function wheelPlatforms(target: Target): string[] {
  const machine = pythonMachine(target);
  const legacy: Record<number, string> = { 17: 'manylinux2014', 12: 'manylinux2010', 5: 'manylinux1' };
  const oldest = machine === 'x86_64' ? 5 : 17;
  const tags: string[] = [];
  for (let minor: number = target.glibcMinor; minor >= oldest; minor--) {
    tags.push(`manylinux_2_${minor}_${machine}`);
    if (legacy[minor]) tags.push(`${legacy[minor]}_${machine}`);
  }
  return [...tags, `linux_${machine}`];
}

/** The values of environment markers there (PEP 508), as far as they are known. */
export function markerEnvironment(target: Target): Record<string, string> {
  return {
    os_name: 'posix',
    sys_platform: 'linux',
    platform_system: 'Linux',
    platform_machine: pythonMachine(target),
    platform_python_implementation: 'CPython',
    implementation_name: 'cpython',
    implementation_version: `${target.version}.0`,
    python_version: target.version,
    python_full_version: `${target.version}.0`,
  };
}
