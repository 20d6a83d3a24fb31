// Installs packages with pnpm, for projects with pnpm-lock.yaml. The layout is flat: packages do not keep pnpm's links.
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { nodeTool, runTool } from '../tools.ts';
import { failure, missingTool, type NodeJob, nodeCpu } from './npm.ts';

/** Rejects with a UserError when pnpm is missing or fails. */
export async function pnpmInstall({ source, into, target, host }: NodeJob): Promise<void> {
  const pnpm = await nodeTool('pnpm', 'pnpm/bin/pnpm.cjs', host.env);
  if (!pnpm) throw missingTool('pnpm', source);
  const env = { COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' };
  const run = (args: string[]) => runTool(pnpm, args, { cwd: into, host, env });
  const { folder, manifest, lock } = source;
  const version = Number((await run(['--version'])).stdout.trim().split('.')[0]);
  const supportedArchitectures = { os: ['linux'], cpu: [nodeCpu(target)], libc: ['glibc'] };
  // pnpm 10 reads its settings from pnpm-workspace.yaml, older versions from package.json.
  const settingsInManifest =
    version < 10 ? { pnpm: { ...(manifest.pnpm as object), supportedArchitectures } } : {};
  await writeFile(join(into, 'package.json'), JSON.stringify({ ...manifest, ...settingsInManifest }));
  if (version >= 10) {
    const name = 'pnpm-workspace.yaml';
    const settings = parseDocument(await readFile(join(folder, name), 'utf8').catch(() => '{}'));
    settings.set('packages', ['.']);
    settings.set('supportedArchitectures', supportedArchitectures);
    await writeFile(join(into, name), settings.toString());
  }
  await writeFile(join(into, 'pnpm-lock.yaml'), lock?.text ?? '');
  await copyFile(join(folder, '.npmrc'), join(into, '.npmrc')).catch(() => {});
  const flat = ['--config.node-linker=hoisted', '--config.package-import-method=copy'];
  const result = await run(['install', '--prod', '--frozen-lockfile', '--ignore-scripts', ...flat]);
  if (result.code !== 0) throw failure('pnpm', result, source, target);
}
