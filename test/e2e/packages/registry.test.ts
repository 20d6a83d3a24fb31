// Real packages with native code, from the registries of pip, uv and npm: the files in the zips fit the target.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInProcess } from '../../local/in-process.ts';
import { homeFolder, run } from '../../support/cli.ts';
import { expectSlsctl } from '../../support/in-process.ts';
import type { LocalAws } from '../../support/local.ts';
import { type Files, projectWith } from '../../support/packaged.ts';
import { npm, reaches, reachesNpm } from '../../support/registry.ts';
import { missing } from '../../support/tools.ts';

const windows = process.platform === 'win32';
const python = windows ? 'python' : 'python3';
const machines = { x86_64: 62, arm64: 183 };
type Architecture = keyof typeof machines;

const pip = ['-m', 'pip', '--disable-pip-version-check'];

const pythonIndex = await reaches(python, [
  ...[...pip, '--retries', '0', '--timeout', '20'],
  ...[
    'download',
    '--quiet',
    '--no-deps',
    '--only-binary',
    ':all:',
    '--dest',
    await homeFolder(),
    'markupsafe==3.0.3',
  ],
]);
const npmRegistry = await reachesNpm();

/** Of every ELF, Mach-O and PE file of a zip: its path, and of an ELF the machine (`e_machine`). By Python's own zipfile. */
async function natives(zip: string): Promise<Record<string, number | string>> {
  const script = `
import json, sys, zipfile
found = {}
with zipfile.ZipFile(sys.argv[1]) as zip:
    for name in zip.namelist():
        head = zip.open(name).read(20)
        if head[:4] == b'\\x7fELF':
            found[name] = int.from_bytes(head[18:20], 'little')
        elif head[:2] == b'MZ' or head[:4] in (b'\\xcf\\xfa\\xed\\xfe', b'\\xca\\xfe\\xba\\xbe'):
            found[name] = 'of another system'
print(json.dumps(found))`;
  const { stdout, stderr } = await run(python, ['-c', script, zip]);
  if (stderr) throw new Error(stderr);
  return JSON.parse(stdout);
}

async function packaged(cwd: string, env: NodeJS.ProcessEnv = {}) {
  const { stdout } = await expectSlsctl(['package', '--output', 'json'], { cwd, env });
  const { file, entries } = JSON.parse(stdout) as { file: string; entries: { path: string }[] };
  return { paths: entries.map(({ path }) => path), natives: await natives(file) };
}

describe.skipIf(!pythonIndex)('native packages for Python 3.12', () => {
  const handler =
    'from markupsafe import escape\n\n\ndef handler(event, context):\n    return str(escape("<b>"))\n';
  const project = (architecture: Architecture, wanted: Files) =>
    projectWith({ 'app.py': handler, ...wanted }, [
      ...['runtime: python3.12', 'handler: app.handler', `architectures: [${architecture}]`],
    ]);

  it.each(['x86_64', 'arm64'] as const)('are built for %s', async (architecture) => {
    const { natives, paths } = await packaged(
      await project(architecture, { 'requirements.txt': 'markupsafe==3.0.3\n' }),
    );
    const machine = architecture === 'arm64' ? 'aarch64' : 'x86_64';
    expect(natives).toEqual({
      [`markupsafe/_speedups.cpython-312-${machine}-linux-gnu.so`]: machines[architecture],
    });
    expect(paths).toContain('markupsafe-3.0.3.dist-info/RECORD');
  });

  it('are right in a zip with dozens of them', async () => {
    const { natives } = await packaged(await project('arm64', { 'requirements.txt': 'numpy==2.3.5\n' }));
    expect(Object.keys(natives).length).toBeGreaterThan(15);
    expect(new Set(Object.values(natives))).toEqual(new Set([machines.arm64]));
    for (const path of Object.keys(natives)) {
      expect(path).toMatch(/\.cpython-312-aarch64-linux-gnu\.so$|^numpy\.libs\//);
    }
  });

  it('are the same with uv and uv.lock', async ({ skip }) => {
    const uv = await installUv();
    const dependencies = 'requires-python = ">=3.9"\ndependencies = ["markupsafe==3.0.3"]\n';
    const cwd = await project('arm64', {
      'pyproject.toml': `[project]\nname = "one"\nversion = "1"\n${dependencies}`,
    });
    const locked = await run(join(uv, 'uv'), ['lock'], { cwd });
    // uv has settings and certificates of its own, which may lead nowhere where pip's do.
    const reached = !/Failed to fetch/.test(locked.stderr);
    skip(!reached && !missing('the registry of uv', 'it could not be reached'));
    expect(locked.code, locked.stderr).toBe(0);
    const PATH = `${uv}${windows ? ';' : ':'}${process.env.PATH}`;
    expect((await packaged(cwd, { PATH })).natives).toEqual({
      'markupsafe/_speedups.cpython-312-aarch64-linux-gnu.so': machines.arm64,
    });
  });
});

/** Folder of a uv: the one on PATH may be a version manager's word that there is none. */
async function installUv(): Promise<string> {
  const folder = join(await homeFolder(), 'uv');
  const bin = join(folder, windows ? 'Scripts' : 'bin');
  const made = await run(python, ['-m', 'venv', folder]);
  expect(made.code, made.stderr).toBe(0);
  const installed = await run(join(bin, 'python'), [...pip, 'install', '--quiet', 'uv==0.9.13']);
  expect(installed.code, installed.stderr).toBe(0);
  return bin;
}

describe.skipIf(!npmRegistry)('native packages for Node.js 22', () => {
  let aws: LocalAws;
  beforeAll(async () => {
    aws = await startInProcess();
  });
  afterAll(() => aws?.stop());

  async function project(architecture: Architecture): Promise<string> {
    const cwd = await projectWith(
      {
        'index.js': "exports.handler = async (text) => require('@node-rs/crc32').crc32(text);\n",
        'package.json': '{"dependencies":{"@node-rs/crc32":"1.10.6"}}',
      },
      ['runtime: nodejs22.x', 'handler: index.handler', `architectures: [${architecture}]`],
    );
    const args = [
      'install',
      '--package-lock-only',
      '--omit-lockfile-registry-resolved',
      '--no-audit',
      '--no-fund',
    ];
    const { code, stderr } = await run(npm, args, { cwd });
    expect(code, stderr).toBe(0);
    return cwd;
  }

  it.each(['x86_64', 'arm64'] as const)('are built for %s', async (architecture) => {
    const cwd = await project(architecture);
    const name = `linux-${architecture === 'arm64' ? 'arm64' : 'x64'}-gnu`;
    const { natives, paths } = await packaged(cwd);
    expect(natives).toEqual({
      [`node_modules/@node-rs/crc32-${name}/crc32.${name}.node`]: machines[architecture],
    });
    expect(paths).toContain('node_modules/@node-rs/crc32/index.js');
    const here = process.arch === 'arm64' ? 'arm64' : 'x86_64';
    if (architecture !== here || process.platform !== 'linux') return;
    const env = { SLSCTL_HOME: aws.home, SLSCTL_LOCAL: '1' };
    await expectSlsctl(['deploy'], { cwd, env });
    const { stdout } = await expectSlsctl(['invoke', '--payload', '"123456789"'], { cwd, env });
    expect(Number(stdout)).toBe(0xcbf43926);
  });
});

// sst 3 has its command line in packages for several platforms, and a small part that runs in functions.
it.skipIf(!npmRegistry)('a bundle has the code of sst that it uses, and not the tree of sst', async () => {
  const cwd = await projectWith(
    {
      'index.ts':
        'import { Resource } from "sst"; export const handler = async () => Resource.Bucket.name;\n',
      'package.json': '{ "type": "module", "dependencies": { "sst": "3.19.3" } }',
    },
    ['runtime: nodejs22.x', 'handler: index.handler', 'bundle: true'],
  );
  const installed = await run(npm, ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd });
  expect(installed.code, installed.stderr).toBe(0);
  const { stdout, stderr } = await expectSlsctl(['package', '--output', 'json'], { cwd });
  const { size, entries } = JSON.parse(stdout) as { size: number; entries: { path: string }[] };
  expect(entries.map(({ path }) => path)).toEqual(['index.mjs', 'index.mjs.map']);
  expect(size).toBeLessThan(10_000);
  expect(stderr).not.toContain('install');
});
