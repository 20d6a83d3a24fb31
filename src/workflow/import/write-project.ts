// Writes an imported function to disk as a project.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configName } from '../../config/find.ts';
import { loadProject } from '../../config/load.ts';
import type { Project } from '../../config/project.ts';
import { renderConfig } from '../../config/render.ts';
import type { Context } from '../../context.ts';
import { originText } from '../../engine/elsewhere.ts';
import type { Owner } from '../../engine/resource.ts';
import { rememberImported } from '../../packaging/imported-package.ts';
import type { Package } from '../../packaging/package.ts';
import type { Imported } from '../../resources/function/import.ts';
import { ownerName } from '../../resources/owned/ownership.ts';
import { functionPackage } from '../function-package.ts';
import { projectName } from '../new-project.ts';
import { codeFolder, unpack } from './code.ts';
import { secretsComment, withoutSecrets } from './secrets.ts';

export interface Writing {
  dir: string;
  region: string;
  imported: Imported;
  zip?: Uint8Array;
}

/** Writes the code, slsctl.yml and a record that keeps the plan empty. On a failure it removes them again. */
export async function writeProject(
  context: Context,
  { dir, region, imported, zip }: Writing,
): Promise<{ code?: string; secrets: string[] }> {
  const { name, owner } = imported;
  const { fields, secrets } = withoutSecrets(imported.fields, context.options.showValues);
  const file = join(dir, configName);
  const save = async (code: unknown) => {
    const text = renderConfig({
      project: ownName(dir, owner),
      region,
      header: owner && ownerComment(name, owner),
      key: name,
      fields: code === undefined ? fields : { ...inOrder(fields, code) },
      comments: { environment: secrets.length > 0 ? [secretsComment(secrets)] : [] },
    });
    await writeFile(file, text);
    const { cwd } = context;
    const env = { ...context.env, SLSCTL_STAGE: undefined };
    return loadProject({ cwd, env, file, region });
  };
  try {
    if (!zip) {
      await save(undefined);
      return { secrets };
    }
    const files = await unpack(context, dir, name, zip);
    if (!files) {
      await save(`${name}.zip`);
      return { code: `${name}.zip`, secrets };
    }
    let own = await make(context, await save(codeFolder), name);
    const packed = new Set(own.entries.map(({ path }) => path));
    const missing = files.filter((path) => !packed.has(path));
    if (missing.length > 0) {
      const code = { path: codeFolder, include: patterns(missing) };
      own = await make(context, await save(code), name);
    }
    await rememberImported(dir, name, own, zip);
    return { code: codeFolder, secrets };
  } catch (error) {
    const written = [file, join(dir, codeFolder), join(dir, `${name}.zip`)];
    await Promise.all(written.map((path) => rm(path, { recursive: true, force: true })));
    throw error;
  }
}

/** Never that of the owner: what else the owner has would be missing in the new file, and a deployment would remove it. */
function ownName(dir: string, owner: Owner | undefined): string {
  const name = projectName(dir, 'imported');
  return name === owner?.project ? `${name}-imported` : name;
}

function ownerComment(name: string, owner: Owner): string[] {
  return [
    `${name} ${ownerText(owner)}.`,
    `This file is a project of its own. It plans nothing for the rest of project ${owner.project}, and changes`,
    `${name} only after it has taken it over: slsctl deploy --adopt-from ${ownerName(owner)}`,
  ];
}

/** `belongs to stage prod of project shop, deployed from github.com/acme/shop/slsctl.yml` */
export function ownerText({ project, stage, config }: Owner): string {
  const origin = config === undefined ? '' : `, ${originText(config)}`;
  return `belongs to ${stage === undefined ? '' : `stage ${stage} of `}project ${project}${origin}`;
}

async function make(context: Context, project: Project, name: string): Promise<Package> {
  const config = project.functions.find((config) => config.name === name);
  if (!config) throw new Error(`${name} is not in the project that was written`);
  return (await functionPackage(context, project, config)).zip;
}

/** Puts `code` after `handler`. `dependencies: none`: the imported code has its dependencies already. */
function inOrder(fields: Record<string, unknown>, code: unknown): Record<string, unknown> {
  const { runtime, handler, ...rest } = fields;
  const zipped = typeof code === 'string' && code.endsWith('.zip');
  return { runtime, handler, code, ...(zipped ? {} : { dependencies: 'none' }), ...rest };
}

/** Patterns for exactly these files and for their parent folders, since a whole folder may be excluded. */
function patterns(paths: readonly string[]): string[] {
  const all = paths.flatMap((path) => {
    const parts = path.split('/');
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  });
  return [...new Set(all)].map((path) => `/${path.replace(/[[\]*?!#\\ ]/g, '\\$&')}`);
}
