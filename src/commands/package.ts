// `slsctl package`: builds the zip of a function and shows its content.
import { copyFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { FunctionConfig, Project } from '../config/project.ts';
import { selectFunction } from '../config/select.ts';
import type { Context } from '../context.ts';
import { badInput } from '../errors/user-error.ts';
import { replaceFile } from '../replace-file.ts';
import { functionsWithLayers } from '../resources/layer/dependency-layers.ts';
import { bytes, columns } from '../ui/table.ts';
import { visible } from '../ui/visible.ts';
import { functionPackage } from '../workflow/function-package.ts';
import { outFile } from '../workflow/out-file.ts';

export interface PackageArgs {
  function?: string;
  out?: string;
  list?: boolean;
  rebuild?: boolean;
}

export async function packageFunction(context: Context, args: PackageArgs): Promise<void> {
  const { ui, cwd } = context;
  const project = await context.project();
  const target = functionWithCode(project, args.function);
  const out = args.out === undefined ? undefined : await outFile(args.out, { cwd, project, target });
  if (args.rebuild) await (await import('../packaging/build/cache.ts')).forgetBuilds(project.dir);
  const { zip, layer } = await ui.step(`package ${target.name}`, (report) =>
    functionPackage(context, project, target, { report }),
  );
  const own = project.layers.filter(({ key }) => target.settings.Layers?.includes(key));
  const { checkWrapper, makeLayerPackages } = await import('../workflow/deployment-packages.ts');
  const layerPackages = await makeLayerPackages(context, project, own);
  if (layer) layerPackages.set(layer.config.key, layer.zip);
  const [layered = target] = functionsWithLayers([target], layer && new Map([[target.name, layer.config]]));
  checkWrapper(context, layered, zip, layerPackages);
  const file = out ?? zip.file;
  if (file !== zip.file) await copyWhole(zip.file, file);
  ui.print(
    columns([
      ['zip', ui.style.bold(relative(cwd, file) || file)],
      ['size', `${bytes(zip.size)} (${bytes(zip.unpackedSize)} unpacked)`],
      ['files', String(zip.count)],
      ['sha256', zip.sha256],
      ...(layer
        ? [['layer', `${relative(cwd, layer.zip.file)} (${bytes(layer.zip.size)}: its dependencies)`]]
        : []),
    ]),
  );
  const { dim } = ui.style;
  const shown = args.list ? zip.entries : zip.largest(5);
  ui.print(columns(shown.map(({ path, size }) => [`  ${visible(path)}`, dim(bytes(size))])));
  const more = zip.count - shown.length;
  if (more > 0) ui.print(dim(`  … and ${more} more (--list shows all)`));
  if (zip.leftOut.length > 0) {
    ui.print(args.list ? 'left out' : dim(`left out: ${zip.leftOut.length} (--list shows them)`));
    if (args.list)
      ui.print(columns(zip.leftOut.map(({ path, by }) => [`  ${visible(path)}`, dim(visible(by))])));
  }
  if (!ui.json) return;
  ui.answer({
    function: target.name,
    file,
    size: zip.size,
    unpackedSize: zip.unpackedSize,
    sha256: zip.sha256,
    entries: zip.entries.map(({ path, size }) => ({ path, size })),
    leftOut: zip.leftOut,
    layer: layer && {
      file: layer.zip.file,
      size: layer.zip.size,
      entries: layer.zip.entries.map(({ path, size }) => ({ path, size })),
    },
  });
}

/** The named function; without a name, the only one with code. A container image has no zip: exit 2. */
function functionWithCode(project: Project, name?: string): FunctionConfig {
  const withCode = project.functions.filter(({ image }) => !image);
  const [only, ...others] = name === undefined ? withCode : [];
  const target = only && others.length === 0 ? only : selectFunction(project, name);
  if (target.image === undefined) return target;
  throw badInput(`${target.key} is a container image, there is no zip`, {
    next: ['its image is built and pushed to Amazon ECR elsewhere; ', { command: 'deploy' }, ' uses it'],
  });
}

async function copyWhole(from: string, to: string): Promise<void> {
  try {
    await replaceFile(to, (temporary) => copyFile(from, temporary));
  } catch (cause) {
    throw badInput(`--out ${to} cannot be written`, { reason: (cause as Error).message, cause });
  }
}
