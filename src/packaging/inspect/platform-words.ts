// Removes names of platforms from a path, so that builds of one file for several platforms get the same name.

const platform = new Set([
  ...['darwin', 'macos', 'macosx', 'osx', 'mac', 'apple', 'universal', 'universal2'],
  ...['win32', 'win64', 'windows', 'win', 'msvc', 'mingw', 'cygwin', 'w32', 'w64', 't32', 't64'],
  ...['linux', 'linuxmusl', 'manylinux', 'musllinux', 'musl', 'gnu', 'glibc', 'libc', 'unknown', 'pc'],
  ...[
    'gnueabihf',
    'musleabihf',
    'gnueabi',
    'eabi',
    'android',
    'freebsd',
    'openbsd',
    'netbsd',
    'sunos',
    'aix',
  ],
  ...[
    'x64',
    'amd64',
    'ia32',
    'x86',
    'x32',
    'i386',
    'i686',
    '386',
    'arm64',
    'arm64e',
    'aarch64',
    'arm',
    'armhf',
  ],
  ...[
    'armv5',
    'armv6',
    'armv6l',
    'armv7',
    'armv7l',
    'armv8',
    'riscv64',
    's390x',
    'ppc64',
    'ppc64le',
    'ppc64el',
  ],
  ...['loong64', 'mips', 'mipsel', 'mips64el', 'wasm32', 'abi3', 'exe', 'dll', 'so', 'dylib', 'pyd', 'bin'],
]);

/** `@esbuild/win32-x64/esbuild.exe` and `@esbuild/linux-arm64/bin/esbuild` are both `esbuild esbuild`. */
export function withoutPlatform(path: string): string {
  return path
    .toLowerCase()
    .replaceAll('x86_64', 'x64')
    .replaceAll('x86-64', 'x64')
    .replaceAll(/cpython-\d+[a-z]*|pypy\d+-pp\d+|cp\d+/g, 'abi3')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !platform.has(word))
    .join(' ');
}
