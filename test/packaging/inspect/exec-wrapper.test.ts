// A wrapper script in place of the runtime: the handler may be a program, and the script must be there.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { slsctl } from '../../support/in-process.ts';
import { startLocal } from '../../support/local.ts';
import { folderWith, replaceIn } from '../../support/project.ts';
import { zipOf } from '../../support/zip.ts';
import type { Files } from './inspected.ts';

interface Options {
  runtime?: string;
  handler?: string;
  wrapper?: string;
  /** `layers` of the function. */
  layers?: string;
  code?: string;
}

const script = '#!/bin/sh\nexec "$@"\n';

async function project(files: Files, options: Options = {}): Promise<string> {
  const { runtime = 'nodejs22.x', handler = 'run.sh', wrapper = '/opt/bootstrap', code = 'app' } = options;
  const { layers = ', layers: [adapter]' } = options;
  const environment = `environment: { AWS_LAMBDA_EXEC_WRAPPER: ${wrapper} }`;
  const root = await folderWith({
    'slsctl.yml': [
      'project: p',
      'functions:',
      `  web: { runtime: ${runtime}, handler: ${handler}, code: ${code}, ${environment}${layers} }`,
      'layers: { adapter: { path: layer } }',
      '',
    ].join('\n'),
  });
  const all = { 'layer/bootstrap': script, ...files };
  for (const [path, content] of Object.entries(all)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

describe('a handler that the exec wrapper runs', () => {
  it.each<[what: string, files: Files, options?: Options]>([
    ['a script, in Node.js', { 'app/run.sh': script }],
    ['a script, in Python', { 'app/run.sh': script }, { runtime: 'python3.13' }],
    ['a script, in Java', { 'app/run.sh': script }, { runtime: 'java21' }],
    ['a script, in Ruby', { 'app/bin/server.sh': script }, { runtime: 'ruby3.4', handler: 'bin/server.sh' }],
    ['a file without an ending', { 'app/server': script }, { handler: './server' }],
    ['an ordinary handler', { 'app/index.js': 'exports.handler = () => 1;' }, { handler: 'index.handler' }],
    [
      'a script, with a wrapper from a layer by ARN',
      { 'app/run.sh': script },
      {
        wrapper: '/opt/other',
        layers: ', layers: ["arn:aws:lambda:us-east-1:753240598075:layer:LambdaAdapterLayerX86:25"]',
      },
    ],
    [
      'a script, with a wrapper in the package',
      { 'app/run.sh': script, 'app/bin/wrap': script },
      {
        wrapper: '/var/task/bin/wrap',
        layers: '',
      },
    ],
  ])('is accepted without a warning: %s', async (_, files, options) => {
    const { code, stderr } = await slsctl(['package'], { cwd: await project(files, options) });
    expect([code, stderr.includes('warning')], stderr).toEqual([0, false]);
  });

  it('is accepted without a warning by every command that packages', async () => {
    const { env, stop } = await startLocal();
    onTestFinished(stop);
    const root = await project({ 'app/run.sh': script, 'app/app.js': 'console.log("server")\n' });
    for (const command of [['deploy', '--yes'], ['plan'], ['status'], ['env', 'set', 'LEVEL=info']]) {
      const { code, stderr } = await slsctl(command, { cwd: root, env });
      expect([code, stderr.includes('warning')], `${command}: ${stderr}`).toEqual([0, false]);
    }
  });

  it('is accepted in a stage that sets the wrapper', async () => {
    const root = await project({ 'app/run.sh': script });
    await replaceIn(join(root, 'slsctl.yml'), /environment: \{[^}]*\}/, 'environment: {}');
    const stage =
      'stages: { dev: { functions: { web: { environment: { AWS_LAMBDA_EXEC_WRAPPER: /opt/bootstrap } } } } }';
    await replaceIn(join(root, 'slsctl.yml'), 'project: p', `project: p\n${stage}`);
    const { code, stderr } = await slsctl(['package', '--stage', 'dev'], { cwd: root });
    expect([code, stderr.includes('warning')], stderr).toEqual([0, false]);
  });

  it.each<[what: string, files: Files, options: Options, says: string]>([
    ['is nowhere', { 'app/app.js': '' }, {}, 'run.js is not in the package, nor is run.sh'],
    [
      'has no ending and is nowhere',
      { 'app/app.js': '' },
      { handler: 'server' },
      'server, which is not in the package',
    ],
    [
      'is nowhere, in Python',
      { 'app/app.py': '' },
      { runtime: 'python3.13' },
      'run.py is not in the package',
    ],
  ])('is a warning when it %s', async (_, files, options, says) => {
    const { code, stderr } = await slsctl(['package'], { cwd: await project(files, options) });
    expect([code, stderr]).toEqual([0, expect.stringContaining(says)]);
  });

  it('is refused as before without a wrapper', async () => {
    const root = await project({ 'app/run.sh': script }, { layers: '' });
    await replaceIn(join(root, 'slsctl.yml'), 'AWS_LAMBDA_EXEC_WRAPPER', 'OTHER');
    const { code, stderr } = await slsctl(['package'], { cwd: root });
    expect([code, stderr]).toEqual([2, expect.stringContaining('run.js is not in the package')]);
  });
});

describe('the exec wrapper', () => {
  const app = { 'app/run.sh': script };

  it.each<[what: string, files: Files, options: Options, says: string]>([
    ['no layer has', app, { wrapper: '/opt/other' }, 'no layer of the function has other'],
    ['the package does not have', app, { wrapper: '/var/task/wrap' }, 'the package does not have wrap'],
    [
      'is not a program, in a layer',
      { ...app, 'layer/wrap': 'exec "$@"\n' },
      { wrapper: '/opt/wrap' },
      'wrap is not executable',
    ],
    [
      'is not a program, in the package',
      { ...app, 'app/wrap': 'exec "$@"\n' },
      { wrapper: '/var/task/wrap' },
      'write #! and the path of its interpreter',
    ],
  ])('is refused when it is a script that %s', async (_, files, options, says) => {
    const root = await project(files, options);
    for (const command of [['package'], ['plan'], ['deploy', '--yes']]) {
      const { code, stderr } = await slsctl(command, { cwd: root });
      expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
    }
  });

  it('is refused in a ready zip when it has no execute bit, and accepted with one', async () => {
    const root = await project({}, { code: 'app.zip', wrapper: '/var/task/wrap.sh', layers: '' });
    const content = { 'run.sh': script, 'wrap.sh': script };
    await writeFile(join(root, 'app.zip'), await zipOf(content, 0o644));
    const refused = await slsctl(['package'], { cwd: root });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('run chmod +x')]);
    await writeFile(join(root, 'app.zip'), await zipOf(content, 0o755));
    const { code, stderr } = await slsctl(['package'], { cwd: root });
    expect([code, stderr.includes('warning')], stderr).toEqual([0, false]);
  });

  it('is a warning when slsctl.yml says nothing of layers: the function keeps those that it has', async () => {
    const { code, stderr } = await slsctl(['package'], { cwd: await project(app, { layers: '' }) });
    expect([code, stderr]).toEqual([0, expect.stringContaining('gives web no layer that could have it')]);
  });

  it.each([
    ['of an OS-only runtime, which does not use it', 'provided.al2023', '/opt/other'],
    ['in a folder that is not known', 'nodejs22.x', '/tmp/wrapper'],
  ])('is not looked for %s', async (_, runtime, wrapper) => {
    const root = await project({ ...app, 'app/bootstrap': script }, { runtime, wrapper });
    const { code, stderr } = await slsctl(['package'], { cwd: root });
    expect([code, stderr.includes('AWS_LAMBDA_EXEC_WRAPPER')], stderr).toEqual([0, false]);
  });
});
