// Private keys, passwords and placeholders in packages: each is said once, and keys of tests are known.
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { slsctl } from '../../support/in-process.ts';
import { startLocal } from '../../support/local.ts';
import { addFiles } from '../../support/packaged.ts';
import { folderWith } from '../../support/project.ts';
import { type Files, node, packaged } from './inspected.ts';

const key = '-----BEGIN RSA PRIVATE KEY-----\nMII\n';
const certificate = '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n';
const python = 'runtime: python3.12, handler: app.handler';
const warnings = (stderr: string) => stderr.split('\n').filter((line) => line.startsWith('warning: '));

describe('a private key', () => {
  it.each<[what: string, files: Files, settings?: string]>([
    ['of the user', { 'k.pem': key }],
    ['of the user, in a folder for tests', { 'src/test/k.pem': key }],
    ['of an installed package, outside of its tests', { 'node_modules/a/lib/k.pem': key }, node],
    ['in another format', { id: '-----BEGIN OPENSSH PRIVATE KEY-----\nb3B\n' }],
  ])('is a warning: %s', async (_, files, settings) => {
    const { code, stderr } = await packaged(files, settings);
    expect([code, warnings(stderr)]).toEqual([
      0,
      [`warning: the package of f has private keys: ${Object.keys(files)[0]}`],
    ]);
  });

  it.each<[what: string, files: Files, settings?: string]>([
    ['in the tests of an npm package', { 'node_modules/public-encrypt/test/test_key.pem': key }, node],
    ['in the fixtures of a scoped npm package', { 'node_modules/@a/b/lib/fixtures/k.pem': key }, node],
    [
      'in the tests of a package inside of another',
      { 'node_modules/a/node_modules/b/__tests__/deep/k.key': key },
      node,
    ],
    [
      'in the tests of an installed Python package',
      { 'tornado/test/test.key': key, 'tornado-6.5.dist-info/RECORD': 'tornado/test/test.key,sha256=x,64\n' },
      python,
    ],
    ['in the tests of site-packages', { 'lib/site-packages/twisted/test/server.pem': key }, python],
    [
      'that is a certificate',
      { 'certifi/cacert.pem': `# Issuer: x\n${certificate}`, 'c.pem': certificate },
      python,
    ],
    ['that is a public key', { 'k.pem': '-----BEGIN PUBLIC KEY-----\nMII\n' }, python],
  ])('is no warning: %s', async (_, files, settings) => {
    const { code, stderr } = await packaged(files, settings);
    expect([code, warnings(stderr)]).toEqual([0, []]);
  });

  it('is said once for all functions that have it, by every command', async () => {
    const { env, stop } = await startLocal();
    onTestFinished(stop);
    const functions = ['a', 'b', 'c', 'd', 'e'].map((name) => `  ${name}: { ${node}, dependencies: none }`);
    const root = await folderWith({
      'slsctl.yml': ['project: p', 'functions:', ...functions, `  other: { ${node}, code: other }`, ''].join(
        '\n',
      ),
    });
    const handler = 'exports.handler = async () => 1;\n';
    await addFiles(root, {
      'index.js': handler,
      'k.pem': key,
      'node_modules/x/test/t.pem': key,
      [join('other', 'index.js')]: handler,
      [join('other', 'o.pem')]: key,
    });
    for (const command of [['deploy', '--yes'], ['plan'], ['status']]) {
      const { code, stderr } = await slsctl(command, { cwd: root, env });
      expect([code, warnings(stderr)], stderr).toEqual([
        0,
        [
          'warning: the packages of a, b, c and 2 more have private keys: k.pem, other/o.pem',
          'warning: the package of other has private keys: o.pem',
        ],
      ]);
    }
  });
});
