// `slsctl list`: lists everything that slsctl manages in the account and region.
import type { Context } from '../context.ts';
import { ownedBy } from '../resources/owned/inventory.ts';
import { columns } from '../ui/table.ts';
import { warnOfUnlisted } from '../workflow/undeclared.ts';
import { withTarget } from '../workflow/with-target.ts';

export async function list(context: Context, { orphans }: { orphans?: boolean } = {}): Promise<void> {
  if (orphans) return (await import('../workflow/orphans.ts')).listOrphans(context);
  const { ui } = context;
  const inventory = await withTarget(context, 'answer', async () => ownedBy(await context.aws()));
  warnOfUnlisted(context, inventory, 'that slsctl created');
  const resources = inventory.found.map(({ project, stage, kind, name }) => ({ project, stage, kind, name }));
  ui.answer({ resources });
  if (resources.length === 0) {
    ui.print('slsctl manages nothing in this account and region');
    return;
  }
  ui.print(
    columns([
      ['PROJECT', 'STAGE', 'KIND', 'NAME'].map((title) => ui.style.dim(title)),
      ...resources.map(({ project, stage, kind, name }) => [
        project,
        stage ?? '-',
        kind,
        ui.style.bold(name),
      ]),
    ]),
  );
}
