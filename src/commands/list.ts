// `slsctl list`: everything that slsctl manages in the account and region.
import type { Context } from '../context.ts';
import { inventory } from '../resources/inventory.ts';
import { columns } from '../ui/table.ts';

export async function list(context: Context): Promise<void> {
  const { ui } = context;
  const found = await inventory(await context.aws());
  ui.answer(found);
  if (found.length === 0) {
    ui.print('slsctl manages nothing in this account and region');
    return;
  }
  ui.print(
    columns([
      ['PROJECT', 'STAGE', 'KIND', 'NAME'].map((title) => ui.style.dim(title)),
      ...found.map(({ project, stage, kind, name }) => [project, stage ?? '-', kind, ui.style.bold(name)]),
    ]),
  );
}
