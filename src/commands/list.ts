// `slsctl list`: lists everything that slsctl manages in the account and region, or in all regions.
import type { Context } from '../context.ts';
import { describeError } from '../errors/describe-error.ts';
import { badInput } from '../errors/user-error.ts';
import { type Owned, ownedBy } from '../resources/owned/inventory.ts';
import { table } from '../ui/table.ts';
import { listedOrWarned } from '../workflow/undeclared.ts';
import { withTarget } from '../workflow/with-target.ts';

export interface ListArgs {
  orphans?: boolean;
  allRegions?: boolean;
}

export async function list(context: Context, { orphans, allRegions }: ListArgs = {}): Promise<void> {
  if (orphans && allRegions) throw badInput('--orphans and --all-regions exclude each other');
  if (orphans) return (await import('../workflow/orphans/list.ts')).listOrphans(context);
  if (allRegions) return listEverywhere(context);
  const inventory = await withTarget(context, 'answer', async (warn) =>
    listedOrWarned(warn, await ownedBy(await context.aws())),
  );
  context.ui.answer({ resources: inventory.found.map(listed) });
  show(context, inventory.found, 'slsctl manages nothing in this account and region');
}

async function listEverywhere(context: Context): Promise<void> {
  const { ui } = context;
  const { ownedEverywhere } = await import('../resources/owned/everywhere.ts');
  const inventory = await withTarget(context, 'answer', async (warn) =>
    ui.step('look into all regions', async () =>
      listedOrWarned(warn, await ownedEverywhere(await context.aws())),
    ),
  );
  const refused = inventory.refused.map(({ region, error }) => ({
    region,
    reason: describeError(error).message,
  }));
  ui.answer({ regions: inventory.regions, resources: inventory.found.map(listed), refused });
  show(
    context,
    inventory.found,
    `slsctl manages nothing in the ${inventory.regions.length} regions of this account`,
  );
  if (refused.length > 0) {
    const names = refused.map(({ region }) => region).join(', ');
    ui.note(`not looked into, since they refuse these credentials or cannot be reached: ${names}`);
  }
}

/** A role whose region is not known has none. */
function listed({ project, stage, region, kind, name }: Owned) {
  return { project, stage, region, kind, name };
}

function show({ ui }: Context, found: readonly Owned[], nothing: string): void {
  if (found.length === 0) {
    ui.print(nothing);
    return;
  }
  ui.print(
    table(
      [
        ['PROJECT', 'STAGE', 'REGION', 'KIND', 'NAME'].map((title) => ui.style.dim(title)),
        ...found.map(({ project, stage, region, kind, name }) => [
          project,
          stage ?? '-',
          region ?? '-',
          kind,
          ui.style.bold(name),
        ]),
      ],
      { width: ui.width },
    ),
  );
}
