// `slsctl package`: the zip alone.
import { copyFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { selectFunction } from '../config/select.ts';
import type { Context } from '../context.ts';
import { bytes, columns } from '../ui/table.ts';
import { bundleOf } from './bundles.ts';

export interface PackageArgs {
  function?: string;
  out?: string;
  list?: boolean;
}

export async function packageFunction(context: Context, args: PackageArgs): Promise<void> {
  const { ui, cwd } = context;
  const project = await context.project();
  const target = selectFunction(project, args.function);
  const { bundle: made, layer } = await ui.step(`package ${target.name}`, () =>
    bundleOf(context, project, target),
  );
  const file = args.out ? resolve(cwd, args.out) : made.file;
  if (args.out) await copyFile(made.file, file);
  ui.print(
    columns([
      ['zip', ui.style.bold(relative(cwd, file) || file)],
      ['size', `${bytes(made.size)} (${bytes(made.unpackedSize)} unpacked)`],
      ['files', String(made.entries.length)],
      ['sha256', made.sha256],
      ...(layer
        ? [['layer', `${relative(cwd, layer.bundle.file)} (${bytes(layer.bundle.size)}: its dependencies)`]]
        : []),
    ]),
  );
  const shown = args.list ? made.entries : made.entries.toSorted((a, b) => b.size - a.size).slice(0, 5);
  ui.print(columns(shown.map(({ path, size }) => [`  ${path}`, ui.style.dim(bytes(size))])));
  if (shown.length < made.entries.length) ui.print(ui.style.dim('  … (--list shows all)'));
  ui.answer({
    function: target.name,
    file,
    size: made.size,
    unpackedSize: made.unpackedSize,
    sha256: made.sha256,
    entries: made.entries,
    layer: layer && { file: layer.bundle.file, size: layer.bundle.size, entries: layer.bundle.entries },
  });
}
