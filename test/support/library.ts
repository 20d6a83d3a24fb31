// A Python library in a folder, with a builder of its own: it needs no index, and leaves files where it runs, as setuptools does.
import type { Files } from './packaged.ts';

export interface LibraryOptions {
  version?: string;
  /** Tag of the wheel that is built; default: pure Python. */
  tag?: string;
  requiresPython?: string;
}

/** Files of the library `name`, below `folder`: its package is in src/NAME, the wheel has that and nothing else. */
export function library(
  folder: string,
  name: string,
  { version = '1.0', tag = 'py3-none-any', requiresPython = '>=3' }: LibraryOptions = {},
): Files {
  const backend = `
import os, zipfile

info = '${name}-${version}.dist-info'


def build_wheel(into, settings=None, metadata=None):
    os.makedirs('build/lib', exist_ok=True)
    os.makedirs('${name}.egg-info', exist_ok=True)
    for left in ('build/lib/left.py', '${name}.egg-info/PKG-INFO', 'src/${name}/_version.py'):
        open(left, 'w').close()
    wheel = '${name}-${version}-${tag}.whl'
    with zipfile.ZipFile(os.path.join(into, wheel), 'w') as zip:
        for folder, _, names in os.walk('src'):
            for each in names:
                path = os.path.join(folder, each)
                zip.write(path, os.path.relpath(path, 'src'))
        zip.writestr(info + '/METADATA', 'Metadata-Version: 2.1\\nName: ${name}\\nVersion: ${version}\\nRequires-Python: ${requiresPython}\\n')
        zip.writestr(info + '/WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: ${tag}\\n')
        zip.writestr(info + '/RECORD', '')
    return wheel
`;
  return {
    [`${folder}/pyproject.toml`]: `[project]\nname = "${name}"\nversion = "${version}"\n[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n`,
    [`${folder}/backend.py`]: backend,
    [`${folder}/src/${name}/__init__.py`]: 'made = 1\n',
  };
}
