// Starts pip with changes to its internals, so that it installs for another machine and does not touch this one.
import { markerEnvironment, type Target } from '../target.ts';
import { buildOutputs, ignoredNames } from './library.ts';

/** Exit codes for a Python without pip, and with a pip that is too old: before 20.3 it takes one --platform only. */
export const noPip = 86;
export const oldPip = 87;
export const oldestPip = '20.3';

/**
 * Changes inside pip that it has no argument for. A version of pip that lacks the changed function runs without it:
 * - pip takes the tags of wheels from its arguments, but values of markers from the running interpreter; before 24.1
 *   also the Python version that it compares with Requires-Python (pypa/pip#11664, pypa/pip#12216).
 * - pip's cache of wheels is not used: it may have wheels that were compiled for this machine.
 * - Editable installs are refused. slsctl refuses them before, except in requirements files that pip downloads.
 * - A library in a folder is built from a copy: since 21.3 pip writes into the folder itself. The copy is outside of the
 *   project: a builder that asks git for its files would find none in `.slsctl`, which git ignores.
 * The script must also be valid for Python 2. Python must not import modules from the folder in which it runs.
 */
const script = `
import sys
if sys.path and sys.path[0] == '':
    del sys.path[0]
import importlib, json, os, re, runpy, shutil, tempfile
try:
    import pip
except ImportError:
    sys.exit(${noPip})
version = re.findall('[0-9]+', pip.__version__)[:2]
if [int(part) for part in version] < [${oldestPip.replace('.', ', ')}]:
    sys.stdout.write(pip.__version__)
    sys.exit(${oldPip})
settings = json.loads(sys.argv.pop(1))


def change(module, path, make):
    try:
        owner = importlib.import_module(module)
        for name in path.split('.')[:-1]:
            owner = getattr(owner, name)
        name = path.split('.')[-1]
        setattr(owner, name, make(getattr(owner, name)))
    except (ImportError, AttributeError):
        pass


def for_target(make_resolver):
    version = tuple(int(part) for part in settings['version'].split('.'))
    return staticmethod(lambda *args, **named: make_resolver(*args, **dict(named, py_version_info=version)))


def refuse(parse):
    from pip._internal.exceptions import InstallationError

    def refused(text, *args):
        raise InstallationError('"-e %s" is an editable install: write it without -e' % text)

    return refused


def left_out(top):
    def names_in(folder, names):
        above = os.path.realpath(folder)
        left = []
        for name in names:
            path = os.path.join(folder, name)
            real = os.path.realpath(path)
            if (
                re.search(settings['ignored_names'], name)
                or not (os.path.isfile(path) or os.path.isdir(path))
                or os.path.isfile(os.path.join(path, 'pyvenv.cfg'))
                or (above + os.sep).startswith(os.path.join(real, ''))
                or folder == top and name in settings['build_outputs'] and not os.path.exists(os.path.join(path, '__init__.py'))
            ):
                left.append(name)
        return left

    return names_in


def keep_history(source, copy):
    git = os.path.join(source, '.git')
    if os.path.isfile(git):
        with open(git) as file:
            git = os.path.join(source, file.read().partition('gitdir:')[2].strip())
    if os.path.isdir(git):
        with open(os.path.join(copy, '.git'), 'w') as file:
            file.write('gitdir: %s\\n' % os.path.abspath(git))


def from_copy(prepare):
    def prepared(self, req, *args, **named):
        prepare(self, req, *args, **named)
        if not req.source_dir or not req.link.is_existing_dir() or req.source_dir != req.link.file_path:
            return
        source = os.path.abspath(req.source_dir)
        copy = os.path.join(tempfile.mkdtemp(dir=self.build_dir), os.path.basename(source))
        shutil.copytree(source, copy, ignore=left_out(source))
        keep_history(source, copy)
        req.source_dir = copy

    return prepared


change('pip._vendor.packaging.markers', 'default_environment', lambda here: lambda: dict(here(), **settings['markers']))
change('pip._internal.commands.install', 'InstallCommand.make_resolver', for_target)
change('pip._internal.cache', 'WheelCache.get_cache_entry', lambda get: lambda *args, **named: None)
change('pip._internal.req.constructors', 'parse_editable', refuse)
change('pip._internal.operations.prepare', 'RequirementPreparer._ensure_link_req_src_dir', from_copy)
runpy.run_module('pip', run_name='__main__', alter_sys=True)
`;

/** Arguments of Python, before those of pip. */
export function pipStart(target: Target): string[] {
  const { version } = target;
  const settings = {
    version,
    markers: markerEnvironment(target),
    ignored_names: ignoredNames.source,
    build_outputs: buildOutputs,
  };
  return ['-c', script, JSON.stringify(settings)];
}
