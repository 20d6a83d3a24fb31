// The target of a build: language version, architecture, and the C library of the runtime's Amazon Linux.
import type { FunctionSettings } from '../../config/project.ts';
import { amazonLinuxOf } from '../amazon-linux.ts';

export interface Target {
  /** `python3.12` */
  runtime: string;
  family: 'python' | 'nodejs' | 'other';
  /** `3.12`, `22`; empty for other families. */
  version: string;
  architecture: 'x86_64' | 'arm64';
  /** Minor version of glibc 2 in Amazon Linux 2 or 2023. */
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
    glibcMinor: amazonLinuxOf(runtime)?.glibcMinor ?? 34,
  };
}

/** The target in messages: `python3.12 arm64`. */
export function describeTarget({ runtime, architecture }: Target): string {
  return `${runtime} ${architecture}`;
}

/** The architecture by the name that Python's packaging uses. */
export function pythonMachine({ architecture }: Target): 'x86_64' | 'aarch64' {
  return architecture === 'arm64' ? 'aarch64' : 'x86_64';
}

/** Platform tags of wheels that run on the target, the best first (PEP 600, PEP 599, PEP 571, PEP 513). */
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

/** Values of environment markers on the target (PEP 508); only those that are known. */
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
